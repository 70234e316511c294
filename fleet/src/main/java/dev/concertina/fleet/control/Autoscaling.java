package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.rollout.Traffic;
import dev.concertina.fleet.control.scale.Autoscaler;
import dev.concertina.fleet.control.scale.LoadPoint;
import dev.concertina.fleet.control.scale.LoadWindow;
import dev.concertina.fleet.control.scale.LocalInstance;
import dev.concertina.fleet.control.scale.LocalInstance.State;
import dev.concertina.fleet.control.scale.Replica.Ready;
import dev.concertina.fleet.control.scale.ScaleDecision;
import dev.concertina.fleet.control.scale.ScalePolicy;
import dev.concertina.fleet.control.scale.ScaleState;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the autoscaler remembers. Measured anew by the next fleet process, which therefore does not
 * shrink the fleet for a whole stabilisation window.
 *
 * @param due when the next pass is to be made; empty before the first look
 */
public record Autoscaling(ScaleState remembered, LoadWindow usage, Optional<Instant> due) {
    /** Between two looks at the processes. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Duration LONG_AGO = Duration.ofDays(1);

    static Autoscaling none() {
        return new Autoscaling(
                ScaleState.fresh(), LoadWindow.of(Duration.ofSeconds(30)), Optional.empty());
    }

    /** The state after a look at the processes, and after a pass if its time has come. */
    static FleetState heard(
            FleetState state, Autoscaler scaler, Map<String, Used> used, Instant now) {
        Autoscaling before = state.autoscaling();
        LoadWindow usage =
                before.due().isPresent() ? before.usage() : LoadWindow.of(scaler.window());
        for (String known : List.copyOf(usage.points().keySet())) {
            usage = used.containsKey(known) ? usage : usage.minus(known);
        }
        for (Map.Entry<String, Used> each : used.entrySet()) {
            Used u = each.getValue();
            usage = usage.plus(each.getKey(), new LoadPoint(now, u.cpu(), u.residentBytes()));
        }
        Instant due = before.due().orElse(now.plus(scaler.every()));
        FleetState looked =
                state.with(new Autoscaling(before.remembered(), usage, Optional.of(due)));
        return now.isBefore(due) || !mayDecide(state) ? looked : passed(looked, scaler, now);
    }

    /** Not while two releases share the requests: neither one's load says what all need. */
    private static boolean mayDecide(FleetState state) {
        return state.course() == Course.RUN
                && !state.release().isEmpty()
                && state.traffic().map(t -> t.percent() == 0 || t.percent() == 100).orElse(true);
    }

    private static FleetState passed(FleetState state, Autoscaler scaler, Instant now) {
        Autoscaling before = state.autoscaling();
        ScalePolicy.Pass pass =
                scaler.pass(
                        before.remembered(),
                        state.wanted(),
                        state.slots().stream().map(s -> seen(s, state.traffic())).toList(),
                        before.usage(),
                        now);
        ScaleDecision decision = pass.decision();
        Instant next = before.due().orElse(now).plus(scaler.every());
        Optional<Instant> due = Optional.of(next.isAfter(now) ? next : now.plus(scaler.every()));
        boolean shrinks = decision.desired() < state.wanted();
        if (shrinks && state.rollout().orElse(null) instanceof Staged) {
            // The old instances are kept warm: half of what is seen idle is meant to be.
            return state.with(new Autoscaling(before.remembered(), before.usage(), due));
        }
        FleetState after = state.with(new Autoscaling(pass.state(), before.usage(), due));
        return decision.scaled()
                ? after.with(state.scaling().asked(decision.desired(), decision.explain()))
                : after;
    }

    private static LocalInstance seen(Slot slot, Optional<Traffic> traffic) {
        boolean counts = traffic.map(t -> t.includes(slot.release())).orElse(true);
        State state = counts ? state(slot) : State.LEAVING;
        return switch (slot) {
            // From its readiness on, so that not even a slow start's CPU is seen.
            case Slot.Ready s -> instance(slot, state, s.since(), true, s.since());
            case Slot.Unready s ->
                    instance(slot, state, s.since().minus(LONG_AGO), false, s.since());
            case Slot.Starting s -> instance(slot, state, s.since(), false, s.since());
            case Slot s ->
                    new LocalInstance(s.instance(), state, Optional.empty(), Optional.empty());
        };
    }

    private static LocalInstance instance(
            Slot slot, State state, Instant started, boolean ready, Instant since) {
        return new LocalInstance(
                slot.instance(), state, Optional.of(started), Optional.of(new Ready(ready, since)));
    }

    private static State state(Slot slot) {
        return switch (slot) {
            case Slot.Ready _, Slot.Unready _ -> State.SERVING;
            case Slot.Starting _, Slot.Waiting _ -> State.STARTING;
            case Slot.Draining _ -> State.LEAVING;
            case Slot.Stopping s -> s.then() == Slot.Then.RESTART ? State.STARTING : State.LEAVING;
            case Slot.Failed _ -> State.ENDED;
        };
    }
}
