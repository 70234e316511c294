package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Rolling;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Rollout.Setback;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.ReadyCheck;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.control.supervise.Supervisor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes an event into the state. Commands that cannot be carried out now are refused. */
final class Reception {
    private final Settings settings;
    private final Supervisor supervisor;

    Reception(Settings settings, Supervisor supervisor) {
        this.settings = settings;
        this.supervisor = supervisor;
    }

    FleetState hear(FleetState state, Event event, Instant now, List<Action> actions) {
        return switch (event) {
            case Event.Deploy e -> deploy(state, e.release(), settings.approach(), now, actions);
            case Event.Rollback e -> rollback(state, e.release(), now, actions);
            case Event.Promote e -> promote(state, e.all(), now, actions);
            case Event.Abort _ -> abort(state, actions);
            case Event.Restart e -> restart(state, e.instance(), actions);
            case Event.Scale e -> scale(state, e.wanted(), actions);
            case Event.Down _ -> down(state, actions);
            case Event.Resumed e -> resumed(state, e, now, actions);
            case Event.Started e -> started(state, e, now, actions);
            case Event.Exited e -> absorb(state, e.instance(), e, now);
            case Event.Probed e -> absorb(discover(state, e), e.instance(), e, now);
            case Event.Lived e -> Wear.lived(state, settings, e, now);
            case Event.Warmed e -> {
                actions.add(
                        new Action.Tell(
                                "instance.warmed", e.instance(), "is warm: " + e.how(), false));
                yield absorb(state, e.instance(), e, now);
            }
            case Event.Drained e -> absorb(state, e.instance(), e, now);
            case Event.Sampled e -> Hearing.hear(state, settings, e, now);
            case Event.Routed e -> state.with(state.routing().confirm(e.version()));
            case Event.RouteRefused e -> routeRefused(state, e, actions);
            case Event.GatewayClosed _ ->
                    state.course() == Course.CLOSE ? state.with(Course.END) : state;
            case Event.Woke _ -> state;
        };
    }

    private static FleetState deploy(
            FleetState state,
            String release,
            Approach approach,
            Instant now,
            List<Action> actions) {
        Optional<String> obstacle = obstacle(state, "deploy");
        if (obstacle.isPresent()) {
            return refuse(state, obstacle.get(), actions);
        }
        FleetState ready = state.course() == Course.HALT ? afresh(state) : state;
        int number = state.rollouts() + 1;
        // Nothing serves before the first release, so there is nothing to divide.
        boolean rolling = approach.kind() == Approach.Kind.ROLLING || state.release().isEmpty();
        return ready.with(
                rolling
                        ? Rolling.deploy(number, state.release(), release)
                        : Staged.begin(number, state.release(), release, approach, now));
    }

    private FleetState rollback(
            FleetState state, String release, Instant now, List<Action> actions) {
        return release.equals(state.release())
                ? refuse(state, release + " serves already", actions)
                : deploy(state, release, settings.approach().direct(), now, actions);
    }

    private static FleetState promote(
            FleetState state, boolean all, Instant now, List<Action> actions) {
        if (!(underWay(state).orElse(null) instanceof Staged staged)) {
            return refuse(state, nothingTo("promote", state), actions);
        }
        Optional<String> obstacle = staged.unpromotable();
        return obstacle.isPresent()
                ? refuse(state, obstacle.get(), actions)
                : state.with(staged.promoted(all, now));
    }

    private static FleetState abort(FleetState state, List<Action> actions) {
        Optional<Rollout> rollout = underWay(state).filter(r -> !r.from().isEmpty());
        return rollout.isEmpty()
                ? refuse(state, nothingTo("abort", state), actions)
                : state.with(
                        rollout.get()
                                .reversed(
                                        new Setback(
                                                rollout.get().to(), "was aborted by hand", "")));
    }

    private static Optional<Rollout> underWay(FleetState state) {
        return state.rollout()
                .filter(_ -> state.course() == Course.RUN)
                .filter(r -> r.setback().isEmpty());
    }

    private static String nothingTo(String command, FleetState state) {
        if (state.rollout().isEmpty() || state.course() != Course.RUN) {
            return "there is nothing to " + command + ": no release is being rolled out";
        }
        Rollout rollout = state.rollout().get();
        if (rollout.setback().isPresent()) {
            return rollout.setback().get().release()
                    + " is being taken back to "
                    + rollout.to()
                    + " already";
        }
        return command.equals("abort")
                ? "nothing served before " + rollout.to() + "; 'down' ends it"
                : rollout.to() + " replaces one instance after the other, without steps to promote";
    }

    /** After a first start that failed: what was given up makes room. */
    private static FleetState afresh(FleetState state) {
        List<Slot> left = state.slots().stream().filter(s -> !(s instanceof Slot.Failed)).toList();
        return state.with(left, state.generation()).with(Course.RUN);
    }

    private static FleetState restart(
            FleetState state, Optional<String> instance, List<Action> actions) {
        Optional<String> obstacle = obstacle(state, "restart");
        if (obstacle.isPresent()) {
            return refuse(state, obstacle.get(), actions);
        }
        if (state.release().isEmpty()) {
            return refuse(state, "nothing runs yet; deploy a release first", actions);
        }
        if (instance.isPresent() && state.slot(instance.get()).isEmpty()) {
            String known =
                    state.slots().stream().map(Slot::instance).collect(Collectors.joining(", "));
            return refuse(
                    state,
                    "there is no instance " + instance.get() + "; there are " + known,
                    actions);
        }
        Set<String> outgoing =
                state.slots().stream()
                        .map(Slot::instance)
                        .filter(id -> instance.map(id::equals).orElse(true))
                        .collect(Collectors.toSet());
        return state.with(Rolling.restart(state.rollouts() + 1, state.release(), outgoing));
    }

    private FleetState scale(FleetState state, int wanted, List<Action> actions) {
        if (state.course() != Course.RUN) {
            return refuse(state, "the fleet is going down", actions);
        }
        if (wanted < 1) {
            return refuse(
                    state, "cannot scale to " + wanted + ": 1 is the least; use down", actions);
        }
        Range range = settings.range();
        if (!range.holds(wanted)) {
            return refuse(
                    state,
                    "cannot scale to "
                            + wanted
                            + ": the manifest allows "
                            + range.min()
                            + " to "
                            + range.max()
                            + " instances",
                    actions);
        }
        return state.with(state.scaling().asked(wanted));
    }

    private FleetState down(FleetState state, List<Action> actions) {
        if (state.course() == Course.CLOSE || state.course() == Course.END) {
            return state;
        }
        actions.add(new Action.CloseGateway(settings.drain()));
        return state.withoutRollout().with(Course.CLOSE);
    }

    private static Optional<String> obstacle(FleetState state, String command) {
        return switch (state.course()) {
            case CLOSE, END -> Optional.of("cannot " + command + ": the fleet is going down");
            case RUN, HALT ->
                    state.rollout()
                            .map(r ->
                                    "cannot "
                                            + command
                                            + " while "
                                            + r.to()
                                            + " is being rolled out; watch it with 'status"
                                            + " -w' and try again when it has ended");
        };
    }

    private static FleetState refuse(FleetState state, String reason, List<Action> actions) {
        actions.add(new Action.Refuse(reason));
        return state;
    }

    private FleetState started(
            FleetState state, Event.Started event, Instant now, List<Action> actions) {
        if (state.slot(event.instance()).isEmpty()) {
            actions.add(new Action.Kill(event.instance()));
        }
        return absorb(state, event.instance(), event, now);
    }

    /** The first answer that shows where a release answers is kept for all of its instances. */
    private FleetState discover(FleetState state, Event.Probed event) {
        Optional<Slot> slot = state.slot(event.instance());
        if (slot.isEmpty() || check(state, slot.get()).isPresent()) {
            return state;
        }
        return supervisor
                .reveal(slot.get(), event.answer())
                .map(found -> state.with(slot.get().release(), found))
                .orElse(state);
    }

    private FleetState absorb(FleetState state, String instance, Event event, Instant now) {
        return state.slot(instance)
                .map(slot ->
                        state.with(
                                slot,
                                supervisor.absorb(
                                        slot, event, check(state, slot), state.onTrial(slot), now)))
                .orElse(state);
    }

    private Optional<ReadyCheck> check(FleetState state, Slot slot) {
        return Checks.of(settings, state, slot);
    }

    /** As after a journal that lost its tail: the gateway remembers more than the fleet. */
    private static FleetState routeRefused(
            FleetState state, Event.RouteRefused event, List<Action> actions) {
        if (event.version() != state.routing().version()) {
            return state;
        }
        Routing again = state.routing().tellAfter(event.inForce());
        actions.add(again.told());
        return state.with(again);
    }

    /** Tells the gateway everything again, and asks again for all that was under way. */
    private FleetState resumed(
            FleetState state, Event.Resumed event, Instant now, List<Action> actions) {
        List<Backend> kept =
                state.routing().backends().stream()
                        .filter(b -> event.alive().containsKey(b.instance()))
                        .toList();
        Routing told = state.routing().tell(new Routing.Table(kept, state.routing().share()));
        actions.add(told.told());
        if (state.course() == Course.CLOSE) {
            actions.add(new Action.CloseGateway(settings.drain()));
        }
        FleetState next = state.with(told);
        for (Slot slot : new ArrayList<>(state.slots())) {
            next =
                    event.alive().containsKey(slot.instance())
                            ? next.with(
                                    slot,
                                    Optional.of(
                                            supervisor.resume(
                                                    slot,
                                                    // The table told last may still name it.
                                                    told.firstWithout(slot.instance()),
                                                    now)))
                            : absorb(next, slot.instance(), lost(slot), now);
        }
        return next;
    }

    private static Event.Exited lost(Slot slot) {
        return new Event.Exited(slot.instance(), "it ended while no fleet process ran");
    }
}
