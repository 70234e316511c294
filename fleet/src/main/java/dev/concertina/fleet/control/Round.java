package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Plan;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.control.supervise.Supervisor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** One round of supervision over all slots. */
final class Round {
    private final Settings settings;
    private final Supervisor supervisor;
    private final FleetState state;

    Round(Settings settings, Supervisor supervisor, FleetState state) {
        this.settings = settings;
        this.supervisor = supervisor;
        this.state = state;
    }

    /** The leavers leave, then the newcomers come. */
    FleetState carryOut(Plan plan, Instant now, List<Action> actions) {
        FleetState next = state;
        for (String instance : plan.leave()) {
            Slot slot = next.slot(instance).orElseThrow();
            long withdrawnIn = next.routing().firstWithout(instance);
            boolean open = next.course() != Course.END;
            next = next.with(slot, supervisor.leave(slot, withdrawnIn, open, now));
        }
        for (int i = 0; i < plan.launch(); i++) {
            int generation = next.generation() + 1;
            var move = supervisor.launch(emptySlot(next), generation, plan.release(), now);
            move.action().ifPresent(actions::add);
            var slots = new ArrayList<>(next.slots());
            slots.add(move.slot());
            slots.sort(Comparator.comparingInt(Slot::number));
            next = next.with(slots, generation);
        }
        return next;
    }

    private static int emptySlot(FleetState state) {
        return IntStream.iterate(1, n -> n + 1)
                .filter(n -> state.slots().stream().noneMatch(s -> s.number() == n))
                .findFirst()
                .orElseThrow();
    }

    /** Every slot asks for what it needs now. */
    FleetState advance(Instant now, List<Action> actions) {
        FleetState next = state;
        for (Slot slot : state.slots()) {
            var relaunched = relaunch(next, slot, now);
            if (relaunched.isPresent()) {
                relaunched.get().action().ifPresent(actions::add);
                next = next.with(slot, Optional.of(relaunched.get().slot()));
                next = next.with(next.slots(), next.generation() + 1);
            } else {
                next = advance(next, slot, now, actions);
            }
        }
        return next;
    }

    /** While others are still leaving after a scale-down there may be no room for a restart. */
    private Optional<Supervisor.Move> relaunch(FleetState next, Slot slot, Instant now) {
        if (!(slot instanceof Slot.Waiting)) {
            return Optional.empty();
        }
        long processes = next.slots().stream().filter(Slot::occupied).count();
        return processes < next.wanted() + next.extra(settings.surge())
                ? supervisor.relaunch(slot, next.generation() + 1, now)
                : Optional.empty();
    }

    /** Until the slot asks for nothing more. */
    private FleetState advance(FleetState next, Slot slot, Instant now, List<Action> actions) {
        Slot before = slot;
        while (true) {
            var move =
                    supervisor.advance(
                            before,
                            Checks.of(settings, next, before),
                            next.onTrial(before),
                            next.routing().confirmed(),
                            now);
            move.action().ifPresent(actions::add);
            if (move.slot().equals(before)) {
                return next.with(slot, Optional.of(before));
            }
            before = move.slot();
        }
    }

    /** What is already due and still there waits for an event, not for time. */
    Optional<Instant> wakeAt(FleetState after, Instant now) {
        Optional<Instant> first = Optional.empty();
        for (Slot slot : after.slots()) {
            first = earlier(first, supervisor.wakeAt(slot), now);
        }
        if (after.rollout().orElse(null) instanceof Staged staged) {
            first = earlier(first, staged.watchedAt(), now);
        }
        if (Hearing.wanted(after, settings) && !after.sampling().asked()) {
            first = earlier(first, Optional.of(after.sampling().due()), now);
        }
        first = earlier(first, after.wear().wakeAt(), now);
        first = earlier(first, after.wear().askAt(after, settings), now);
        return first;
    }

    private static Optional<Instant> earlier(
            Optional<Instant> first, Optional<Instant> other, Instant now) {
        boolean counts =
                other.isPresent()
                        && other.get().isAfter(now)
                        && (first.isEmpty() || other.get().isBefore(first.get()));
        return counts ? other : first;
    }
}
