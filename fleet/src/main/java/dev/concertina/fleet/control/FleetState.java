package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.scale.Scaling;
import dev.concertina.fleet.control.supervise.ReadyCheck;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the fleet knows, immutable. What must survive the fleet process is {@link #durable};
 * the rest is measured again.
 *
 * @param release the one that serves; empty before the first
 * @param generation number of the youngest instance ever started
 * @param rollouts number of the latest rollout
 * @param slots those that are not empty, by number
 * @param checks how to ask each release whether it is ready, once that is known
 * @param conclusion of the latest rollout that ended
 */
public record FleetState(
        Course course,
        Scaling scaling,
        String release,
        int generation,
        int rollouts,
        List<Slot> slots,
        Map<String, ReadyCheck> checks,
        Optional<Rollout> rollout,
        Routing routing,
        Optional<Conclusion> conclusion) {

    public FleetState {
        slots = List.copyOf(slots);
        checks = Map.copyOf(checks);
    }

    /** A fleet that never ran. */
    public static FleetState initial(int wanted) {
        return new FleetState(
                Course.RUN,
                new Scaling(wanted),
                "",
                0,
                0,
                List.of(),
                Map.of(),
                Optional.empty(),
                Routing.none(),
                Optional.empty());
    }

    /** The same fleet after it went down in order: names go on, nothing runs. */
    public FleetState again(int wanted) {
        return new FleetState(
                Course.RUN,
                new Scaling(wanted),
                "",
                generation,
                rollouts,
                List.of(),
                checks,
                Optional.empty(),
                routing,
                Optional.empty());
    }

    /** Tables are numbered on from here at the least: the gateway refuses older ones. */
    public FleetState numberedFrom(long version) {
        long next = Math.max(version, routing.version());
        return with(new Routing(next, next, routing.backends()));
    }

    public int wanted() {
        return scaling.wanted();
    }

    public Optional<Slot> slot(String instance) {
        return slots.stream().filter(s -> s.instance().equals(instance)).findFirst();
    }

    public long ready() {
        return slots.stream().filter(Slot.Ready.class::isInstance).count();
    }

    boolean onTrial(Slot slot) {
        return rollout.isPresent() && rollout.get().onTrial(slot.instance(), slot.release());
    }

    /** Went down in order, to the end. */
    public boolean ended() {
        return course == Course.END && slots.isEmpty();
    }

    /** Nothing is left to do: everything wanted is ready and nothing is under way. */
    public boolean settled() {
        return course == Course.RUN
                && rollout.isEmpty()
                && slots.size() == wanted()
                && ready() == wanted()
                && routing.settled();
    }

    /** Without what is measured anew anyway, so that two states differ only by decisions. */
    public FleetState durable() {
        return new FleetState(
                course,
                scaling,
                release,
                generation,
                rollouts,
                slots.stream().map(Slot::durable).toList(),
                checks,
                rollout,
                new Routing(routing.version(), routing.version(), routing.backends()),
                conclusion);
    }

    FleetState with(Course next) {
        return new FleetState(
                next,
                scaling,
                release,
                generation,
                rollouts,
                slots,
                checks,
                rollout,
                routing,
                conclusion);
    }

    FleetState with(Scaling next) {
        return new FleetState(
                course,
                next,
                release,
                generation,
                rollouts,
                slots,
                checks,
                rollout,
                routing,
                conclusion);
    }

    FleetState with(Routing next) {
        return new FleetState(
                course,
                scaling,
                release,
                generation,
                rollouts,
                slots,
                checks,
                rollout,
                next,
                conclusion);
    }

    FleetState with(List<Slot> next, int youngest) {
        return new FleetState(
                course,
                scaling,
                release,
                youngest,
                rollouts,
                next,
                checks,
                rollout,
                routing,
                conclusion);
    }

    /** Replaces the slot with the same number; empty removes it. */
    FleetState with(Slot old, Optional<Slot> next) {
        var changed = new ArrayList<Slot>();
        slots.forEach(
                s -> (s.number() == old.number() ? next : Optional.of(s)).ifPresent(changed::add));
        return with(changed, generation);
    }

    FleetState with(String checked, ReadyCheck check) {
        var known = new HashMap<>(checks);
        known.put(checked, check);
        return new FleetState(
                course,
                scaling,
                release,
                generation,
                rollouts,
                slots,
                known,
                rollout,
                routing,
                conclusion);
    }

    /** A rollout begins, or takes another direction. */
    FleetState with(Rollout next) {
        return new FleetState(
                course,
                scaling,
                release,
                generation,
                next.number(),
                slots,
                checks,
                Optional.of(next),
                routing,
                conclusion);
    }

    /** The rollout has ended, and this release serves. */
    FleetState concluded(String serving, Conclusion how) {
        return new FleetState(
                course,
                scaling,
                serving,
                generation,
                rollouts,
                slots,
                checks,
                Optional.empty(),
                routing,
                Optional.of(how));
    }

    /** The rollout is dropped without an end of its own. */
    FleetState withoutRollout() {
        return new FleetState(
                course,
                scaling,
                release,
                generation,
                rollouts,
                slots,
                checks,
                Optional.empty(),
                routing,
                conclusion);
    }
}
