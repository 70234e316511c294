package dev.concertina.testkit;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Split;
import dev.concertina.contract.Target;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewayException;
import dev.concertina.fleet.traffic.TableRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A gateway in simulated time: it obeys the newest table, lets requests claim targets, and answers
 * a drain when the last claim has been given back. It outlives the fleet processes that lead it,
 * and is started again after a while when it is killed.
 */
public final class SimGateway implements Gateway {
    private static final Duration STARTS_IN = Duration.ofMillis(500);
    private static final int PORT = 8080;

    private final SimTime time;
    private final Map<String, Integer> claims = new HashMap<>();
    private final Map<String, List<Runnable>> waiting = new HashMap<>();
    private RoutingTable table = RoutingTable.empty();
    private long newestGiven;
    private long pid = 1;
    private int deaths;
    private boolean dead;
    private boolean stopped;
    private final Map<String, Counts> counts = new HashMap<>();
    private Function<String, SimProgram> programs = _ -> SimProgram.good();
    private long requests;
    private long unserved;

    private static final class Counts {
        private long requests;
        private long errors;
        private long nanos;
    }

    public SimGateway(SimTime time) {
        this.time = time;
    }

    /** How the instances of a release answer requests. */
    public void answering(Function<String, SimProgram> byRelease) {
        programs = byRelease;
    }

    /** One request, now; it holds its claim for the given time. */
    public void request(Duration takes) {
        requests++;
        if (stopped || dead || table.targets().isEmpty()) {
            unserved++;
            return;
        }
        List<Target> among = among(table);
        Target target = among.get(time.random().nextInt(among.size()));
        String id = target.id().value();
        SimProgram program = programs.apply(target.release());
        Duration took = Duration.ofNanos((long) (takes.toNanos() * program.latency()));
        boolean failed = program.errors() > 0 && time.random().nextDouble() < program.errors();
        claims.merge(id, 1, Integer::sum);
        int before = deaths;
        time.after(
                took,
                () -> {
                    if (deaths == before) {
                        count(id, failed, took);
                        release(id);
                    }
                });
    }

    /** The targets of one release where two share the requests. */
    private List<Target> among(RoutingTable obeyed) {
        if (obeyed.split().isEmpty()) {
            return obeyed.targets();
        }
        Split split = obeyed.split().get();
        boolean fresh = time.random().nextInt(100) < split.percent();
        List<Target> meant =
                obeyed.targets().stream()
                        .filter(t -> t.release().equals(split.release()) == fresh)
                        .toList();
        return meant.isEmpty() ? obeyed.targets() : meant;
    }

    private void count(String id, boolean failed, Duration took) {
        Counts count = counts.computeIfAbsent(id, _ -> new Counts());
        count.requests++;
        count.errors += failed ? 1 : 0;
        count.nanos += took.toNanos();
    }

    private void release(String id) {
        int left = Math.max(0, claims(id) - 1);
        claims.put(id, left);
        List<Runnable> freed = left == 0 ? waiting.remove(id) : null;
        if (freed != null) {
            freed.forEach(Runnable::run);
        }
    }

    /** Ends its process as kill -9 does: the next one has the last table and no claims. */
    public void kill() {
        dead = true;
        pid++;
        deaths++;
        claims.clear();
        counts.clear();
        int before = deaths;
        time.after(STARTS_IN, () -> begin(before));
    }

    private void begin(int after) {
        if (after == deaths) {
            dead = false;
            var drained = List.copyOf(waiting.values());
            waiting.clear();
            drained.forEach(freed -> freed.forEach(Runnable::run));
        }
    }

    /** The next fleet process leads it from now on. */
    public void takenOver() {
        newestGiven = 0;
    }

    /** Requests the instance has been given and not given back. */
    public int claims(String instance) {
        return claims.getOrDefault(instance, 0);
    }

    public RoutingTable table() {
        return table;
    }

    public boolean routes(String instance) {
        return !stopped
                && !dead
                && table.targets().stream().anyMatch(t -> t.id().value().equals(instance));
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
        newestGiven = Math.max(newestGiven, next.version());
        return answer(() -> {
            if (next.version() >= table.version()) {
                table = next;
            } else if (newestGiven <= next.version()) {
                throw new TableRefusedException(next.version(), table.version());
            }
            return state();
        });
    }

    @Override
    public CompletionStage<Drained> drain(InstanceId id, Duration within) {
        var drained = new CompletableFuture<Drained>();
        var from = time.now();
        var heard =
                answer(() -> {
                    if (claims(id.value()) == 0) {
                        drained.complete(new Drained(id, 0, Duration.ZERO));
                        return state();
                    }
                    waiting.computeIfAbsent(id.value(), _ -> new ArrayList<>())
                            .add(() ->
                                    drained.complete(
                                            new Drained(
                                                    id, 0, Duration.between(from, time.now()))));
                    time.after(within, () -> cut(id, within, drained));
                    return state();
                });
        var _ =
                heard.whenComplete((_, refused) -> {
                    if (refused != null) {
                        drained.completeExceptionally(refused);
                    }
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

    /** What the old process still serves ends by itself, and counts until then. */
    @Override
    public CompletionStage<Upgraded> upgrade(String classPath, Duration within) {
        return answer(() -> {
            long old = pid++;
            return new Upgraded(old, pid, claims.values().stream().mapToInt(n -> n).sum());
        });
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

    private <T> CompletionStage<T> answer(Supplier<T> work) {
        var answer = new CompletableFuture<T>();
        answerSoon(answer, work);
        return answer;
    }

    /** A dead gateway is asked again until the next one answers. */
    private <T> void answerSoon(CompletableFuture<T> answer, Supplier<T> work) {
        time.after(
                time.between(Duration.ofMillis(1), Duration.ofMillis(5)),
                () -> {
                    if (stopped) {
                        answer.completeExceptionally(new GatewayException("was stopped"));
                    } else if (dead) {
                        answerSoon(answer, work);
                    } else {
                        complete(answer, work);
                    }
                });
    }

    private static <T> void complete(CompletableFuture<T> answer, Supplier<T> work) {
        try {
            answer.complete(work.get());
        } catch (GatewayException e) {
            answer.completeExceptionally(e);
        }
    }

    private LoadSample sample(InstanceId id) {
        Counts count = counts.getOrDefault(id.value(), new Counts());
        int inFlight = claims(id.value());
        return new LoadSample(
                id, inFlight, count.requests + inFlight, 0, count.errors, count.nanos);
    }

    private GatewayStatus state() {
        List<LoadSample> samples = table.targets().stream().map(t -> sample(t.id())).toList();
        return new GatewayStatus(pid, PORT, table.version(), requests, 0, unserved, 0, samples);
    }
}
