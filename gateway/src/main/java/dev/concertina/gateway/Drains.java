package dev.concertina.gateway;

import dev.concertina.contract.Drained;
import dev.concertina.contract.InstanceId;
import dev.concertina.gateway.proxy.Shared;
import dev.concertina.gateway.route.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Targets on their way out: used by the control thread alone. */
final class Drains {
    private final Shared shared;
    private final Lanes lanes;
    private final ScheduledExecutorService control;
    private final List<TargetState> leaving = new ArrayList<>();

    Drains(Shared shared, Lanes lanes, ScheduledExecutorService control) {
        this.shared = shared;
        this.lanes = lanes;
        this.control = control;
    }

    /** A target that no table names any more: nothing new goes there. */
    void leave(TargetState state) {
        leaving.add(state);
        var _ = state.drain().thenRunAsync(() -> leaving.remove(state), control);
    }

    /** Every target that is in use: those of the table, and those that are left by it. */
    List<TargetState> inUse() {
        List<TargetState> states = new ArrayList<>(shared.routes().states());
        states.addAll(leaving);
        return states;
    }

    /** Asks long-lived streams on any target to end, at times spread over the span. */
    void softenAll(Duration span) {
        inUse().forEach(state -> lanes.soften(state, span));
    }

    CompletableFuture<Drained> drain(InstanceId id, Duration within) {
        long began = System.nanoTime();
        List<TargetState> states = inUse();
        states.removeIf(state -> !state.id().equals(id));
        CompletableFuture<Void> free =
                CompletableFuture.allOf(
                        states.stream()
                                .map(TargetState::drain)
                                .toArray(CompletableFuture<?>[]::new));
        if (!free.isDone()) {
            // Half of the time for asking, the other half for answers.
            states.forEach(state -> lanes.soften(state, within.dividedBy(2)));
        }
        return cutAtDeadline(states, free, within)
                .thenCombine(free, (count, done) -> count)
                .thenCompose(count ->
                        lanes.closed(worker -> worker.closeIdle(id)).thenApply(closed -> count))
                .thenApply(count ->
                        new Drained(id, count, Duration.ofNanos(System.nanoTime() - began)));
    }

    /** How many were cut: none, if all were free in time. */
    private CompletableFuture<Integer> cutAtDeadline(
            List<TargetState> states, CompletableFuture<Void> free, Duration within) {
        CompletableFuture<Integer> cut = new CompletableFuture<>();
        ScheduledFuture<?> deadline =
                control.schedule(
                        () -> cutAll(states, free, cut), within.toNanos(), TimeUnit.NANOSECONDS);
        // Cancelling fails once the deadline has struck: then the cut ones are being counted.
        var _ =
                free.thenRunAsync(
                        () -> {
                            if (deadline.cancel(false)) {
                                cut.complete(0);
                            }
                        },
                        control);
        return cut;
    }

    private void cutAll(
            List<TargetState> states,
            CompletableFuture<Void> free,
            CompletableFuture<Integer> cut) {
        if (free.isDone()) {
            cut.complete(0);
            return;
        }
        var _ =
                lanes.onEach(worker -> states.stream().mapToInt(worker::cut).sum())
                        .thenAccept(counts ->
                                cut.complete(counts.stream().mapToInt(Integer::intValue).sum()));
    }
}
