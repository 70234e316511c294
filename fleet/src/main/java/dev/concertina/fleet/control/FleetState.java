package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Traffic;
import dev.concertina.fleet.control.scale.Scaling;
import dev.concertina.fleet.control.supervise.ReadyCheck;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything the fleet knows, immutable. What must survive the fleet process is {@link #durable};
 * the rest is measured again. A component that an earlier version did not write down is absent when
 * it is read, and takes its default.
 *
 * @param release the one that serves; empty before the first
 * @param generation number of the youngest instance ever started
 * @param rollouts number of the latest rollout
 * @param slots those that are not empty, by number
 * @param checks how to ask each release whether it is ready, once that is known
 * @param conclusion of the latest rollout that ended
 * @param served releases that came to serve, the latest last
 * @param wear instances that are to be replaced although nothing was asked for
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
        Optional<Conclusion> conclusion,
        List<String> served,
        Sampling sampling,
        Autoscaling autoscaling,
        Wear wear) {
    private static final int SERVED_MAX = 10;

    public FleetState {
        slots = List.copyOf(slots);
        checks = Map.copyOf(checks);
        served = List.copyOf(Objects.requireNonNullElseGet(served, List::of));
        sampling = Objects.requireNonNullElseGet(sampling, Sampling::none);
        autoscaling = Objects.requireNonNullElseGet(autoscaling, Autoscaling::none);
        wear = Objects.requireNonNullElseGet(wear, Wear::none);
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
                Optional.empty(),
                List.of(),
                Sampling.none(),
                Autoscaling.none(),
                Wear.none());
    }

    /** The same fleet after it went down in order: names go on, nothing runs. */
    public FleetState again(int wanted) {
        Change change = new Change(this);
        change.course = Course.RUN;
        change.scaling = new Scaling(wanted);
        change.release = "";
        change.slots = List.of();
        change.rollout = Optional.empty();
        change.conclusion = Optional.empty();
        change.wear = Wear.none();
        return change.done();
    }

    /** Tables are numbered on from here at the least: the gateway refuses older ones. */
    public FleetState numberedFrom(long version) {
        long next = Math.max(version, routing.version());
        return with(new Routing(next, next, routing.backends(), routing.share()));
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

    /** The release that served before the present one did; empty if none is known. */
    public Optional<String> servedBefore() {
        return served.reversed().stream().filter(r -> !r.equals(release)).findFirst();
    }

    boolean onTrial(Slot slot) {
        return rollout.isPresent() && rollout.get().onTrial(slot.instance(), slot.release());
    }

    /** Instances that may exist beyond the wanted number now. */
    public int extra(int surge) {
        return rollout.map(r -> r.extra(wanted(), surge)).orElse(surge);
    }

    Optional<Traffic> traffic() {
        return rollout.flatMap(Rollout::traffic);
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
        Change change = new Change(this);
        change.slots = slots.stream().map(Slot::durable).toList();
        change.rollout = rollout.map(Rollout::durable);
        change.routing = routing.durable();
        change.sampling = Sampling.none();
        change.autoscaling = Autoscaling.none();
        change.wear = wear.durable();
        return change.done();
    }

    FleetState with(Course next) {
        Change change = new Change(this);
        change.course = next;
        return change.done();
    }

    FleetState with(Scaling next) {
        Change change = new Change(this);
        change.scaling = next;
        return change.done();
    }

    FleetState with(Routing next) {
        Change change = new Change(this);
        change.routing = next;
        return change.done();
    }

    FleetState with(Sampling next) {
        Change change = new Change(this);
        change.sampling = next;
        return change.done();
    }

    FleetState with(Autoscaling next) {
        Change change = new Change(this);
        change.autoscaling = next;
        return change.done();
    }

    FleetState with(Wear next) {
        Change change = new Change(this);
        change.wear = next;
        return change.done();
    }

    FleetState with(List<Slot> next, int youngest) {
        Change change = new Change(this);
        change.slots = next;
        change.generation = youngest;
        return change.done();
    }

    /** Replaces this slot of the state; empty removes it. */
    FleetState with(Slot old, Optional<Slot> next) {
        if (next.filter(old::equals).isPresent()) {
            return this;
        }
        var changed = new ArrayList<Slot>(slots.size());
        for (Slot slot : slots) {
            (slot.number() == old.number() ? next : Optional.of(slot)).ifPresent(changed::add);
        }
        return with(changed, generation);
    }

    FleetState with(String checked, ReadyCheck check) {
        var known = new HashMap<>(checks);
        known.put(checked, check);
        Change change = new Change(this);
        change.checks = known;
        return change.done();
    }

    /** A rollout begins, goes on, or takes another direction. */
    FleetState with(Rollout next) {
        Change change = new Change(this);
        change.rollouts = next.number();
        change.rollout = Optional.of(next);
        return change.done();
    }

    /** The rollout has ended, and this release serves. */
    FleetState concluded(String serving, Conclusion how) {
        Change change = new Change(this);
        change.release = serving;
        change.rollout = Optional.empty();
        change.conclusion = Optional.of(how);
        if (how.done()) {
            change.served = remembered(serving);
        }
        return change.done();
    }

    private List<String> remembered(String serving) {
        var known = new ArrayList<>(served);
        known.remove(serving);
        known.add(serving);
        return known.subList(Math.max(0, known.size() - SERVED_MAX), known.size());
    }

    /** The rollout is dropped without an end of its own. */
    FleetState withoutRollout() {
        Change change = new Change(this);
        change.rollout = Optional.empty();
        return change.done();
    }

    /** A state in the making. */
    private static final class Change {
        private Course course;
        private Scaling scaling;
        private String release;
        private int generation;
        private int rollouts;
        private List<Slot> slots;
        private Map<String, ReadyCheck> checks;
        private Optional<Rollout> rollout;
        private Routing routing;
        private Optional<Conclusion> conclusion;
        private List<String> served;
        private Sampling sampling;
        private Autoscaling autoscaling;
        private Wear wear;

        Change(FleetState from) {
            course = from.course;
            scaling = from.scaling;
            release = from.release;
            generation = from.generation;
            rollouts = from.rollouts;
            slots = from.slots;
            checks = from.checks;
            rollout = from.rollout;
            routing = from.routing;
            conclusion = from.conclusion;
            served = from.served;
            sampling = from.sampling;
            autoscaling = from.autoscaling;
            wear = from.wear;
        }

        FleetState done() {
            return new FleetState(
                    course,
                    scaling,
                    release,
                    generation,
                    rollouts,
                    slots,
                    checks,
                    rollout,
                    routing,
                    conclusion,
                    served,
                    sampling,
                    autoscaling,
                    wear);
        }
    }
}
