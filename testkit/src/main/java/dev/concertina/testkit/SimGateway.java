package dev.concertina.testkit;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A gateway in simulated time: it obeys the newest table, lets requests claim targets, and answers
 * a drain when the last claim has been given back. It outlives the fleet processes that lead it.
 */
public final class SimGateway implements Gateway {
    private final SimTime time;
    private final Map<String, Integer> claims = new HashMap<>();
    private final Map<String, List<Runnable>> waiting = new HashMap<>();
    private RoutingTable table = RoutingTable.empty();
    private boolean stopped;
    private long requests;
    private long unserved;

    public SimGateway(SimTime time) {
        this.time = time;
    }

    /** One request, now; it holds its claim for the given time. */
    public void request(Duration takes) {
        requests++;
        if (stopped || table.targets().isEmpty()) {
            unserved++;
            return;
        }
        Target target = table.targets().get(time.random().nextInt(table.targets().size()));
        String id = target.id().value();
        claims.merge(id, 1, Integer::sum);
        time.after(takes, () -> release(id));
    }

    private void release(String id) {
        if (claims.merge(id, -1, (held, back) -> Math.max(0, held + back)) == 0) {
            List<Runnable> freed = waiting.remove(id);
            if (freed != null) {
                freed.forEach(Runnable::run);
            }
        }
    }

    /** Requests the instance has been given and not given back. */
    public int claims(String instance) {
        return claims.getOrDefault(instance, 0);
    }

    public RoutingTable table() {
        return table;
    }

    public boolean routes(String instance) {
        return !stopped && table.targets().stream().anyMatch(t -> t.id().value().equals(instance));
    }

    public boolean stopped() {
        return stopped;
    }

    /** Requests that found no target. */
    public long unserved() {
        return unserved;
    }

    @Override
    public CompletionStage<GatewayStatus> route(RoutingTable next) {
        return answer(() -> {
            if (next.version() >= table.version()) {
                table = next;
            }
            return state();
        });
    }

    @Override
    public CompletionStage<Drained> drain(InstanceId id, Duration within) {
        var drained = new CompletableFuture<Drained>();
        var from = time.now();
        answer(() -> {
            if (claims(id.value()) == 0) {
                drained.complete(new Drained(id, 0, Duration.ZERO));
                return state();
            }
            waiting.computeIfAbsent(id.value(), _ -> new ArrayList<>())
                    .add(() ->
                            drained.complete(
                                    new Drained(id, 0, Duration.between(from, time.now()))));
            time.after(within, () -> cut(id, within, drained));
            return state();
        });
        return drained;
    }

    private void cut(InstanceId id, Duration within, CompletableFuture<Drained> drained) {
        if (!drained.isDone()) {
            int cut = claims(id.value());
            claims.put(id.value(), 0);
            drained.complete(new Drained(id, cut, within));
        }
    }

    @Override
    public CompletionStage<GatewayStatus> status() {
        return answer(this::state);
    }

    @Override
    public CompletionStage<Void> stop(Duration within) {
        var ended = new CompletableFuture<Void>();
        stopped = true;
        time.after(
                within,
                () -> {
                    claims.clear();
                    ended.complete(null);
                });
        return ended;
    }

    private <T> CompletionStage<T> answer(java.util.function.Supplier<T> work) {
        var answer = new CompletableFuture<T>();
        time.after(
                time.between(Duration.ofMillis(1), Duration.ofMillis(5)),
                () -> {
                    if (stopped) {
                        answer.completeExceptionally(new GatewayException("was stopped"));
                    } else {
                        answer.complete(work.get());
                    }
                });
        return answer;
    }

    private GatewayStatus state() {
        List<LoadSample> samples =
                table.targets().stream()
                        .map(t -> new LoadSample(t.id(), claims(t.id().value()), 0, 0, 0, 0))
                        .toList();
        return new GatewayStatus(1, 8080, table.version(), requests, 0, unserved, 0, samples);
    }
}
