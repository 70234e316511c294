package dev.concertina.testkit;

import dev.concertina.fleet.control.Backend;
import dev.concertina.fleet.control.Course;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.rollout.Traffic;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What no run of a simulated fleet may break, whatever happens to it:
 *
 * <ul>
 *   <li>No process gets SIGTERM while the gateway routes to it or holds a claim on it, nor SIGKILL
 *       unless it was asked to end before, is silent, or has no claim.
 *   <li>No process that somebody else started gets a signal.
 *   <li>No process is started beyond the wanted number and the surge.
 *   <li>A ready instance is drained only when at least the wanted number of others is ready.
 *   <li>While a release in steps is on trial, as many old instances stay as are wanted.
 *   <li>The table names everybody who is ready and at least half of those that serve.
 *   <li>Before and after the shares of a release in steps, the table names one release.
 * </ul>
 *
 * <p>How often each was put to the test is counted; see {@link SimFleet#seen}.
 */
final class Invariants {
    private final SimFleet fleet;
    private FleetState before;
    private Instant now = Instant.MIN;
    private int allowed;

    Invariants(SimFleet fleet) {
        this.fleet = fleet;
        this.before = fleet.state();
    }

    void install() {
        fleet.host().onSignal(this::signalled);
        fleet.host().onStart(_ -> started());
        fleet.time().afterEach(this::stepped);
    }

    /** What a journal holds is no decision of now. */
    void openedAgain() {
        before = fleet.state();
    }

    private void signalled(SimHost.SimProcess process, Signal signal) {
        String id = process.instance();
        if (process.stranger()) {
            throw new AssertionError(signal + " to a stranger with the pid of " + id);
        }
        if (signal == Signal.STOP || signal == Signal.CONT) {
            return;
        }
        boolean used = fleet.gateway().routes(id) || fleet.gateway().claims(id) > 0;
        boolean hopeless = process.silent() || process.asked();
        boolean hurts = signal == Signal.TERM || (signal == Signal.KILL && !hopeless);
        fleet.seen().count("checked: " + (hurts ? "signal" : "signal to a hopeless one"));
        if (used && hurts) {
            throw new AssertionError(
                    signal
                            + " to "
                            + id
                            + " while a claim can exist: "
                            + fleet.gateway().claims(id)
                            + " held, routed "
                            + fleet.gateway().routes(id));
        }
    }

    private void started() {
        int most = Math.max(allowed(fleet.state()), allowed);
        int running = fleet.host().running().size() + 1;
        if (running > most) {
            throw new AssertionError(running + " processes, at most " + most + " are allowed");
        }
        fleet.seen().count("checked: start" + (running == most ? " of the last one allowed" : ""));
    }

    /**
     * A start that was decided is carried out a moment later. If the wanted number shrinks within
     * that moment, it was right when it was decided (seed 63403).
     */
    private void allow() {
        boolean later = fleet.time().now().isAfter(now);
        now = fleet.time().now();
        allowed = later ? allowed(before) : Math.max(allowed, allowed(before));
    }

    private int allowed(FleetState state) {
        return state.wanted() + state.extra(fleet.settings().surge());
    }

    private void stepped() {
        allow();
        FleetState after = fleet.state();
        if (after.equals(before)) {
            return;
        }
        fleet.seen().count("checked: decision");
        if (!after.slots().equals(before.slots())) {
            boolean drained = after.slots().stream().anyMatch(this::newlyDrained);
            if (drained && after.course() == Course.RUN) {
                leavesEnough(after);
                keepsTheOldOnes(after);
            }
        }
        if (!after.routing().equals(before.routing())) {
            routes(after);
        }
        before = after;
    }

    private void leavesEnough(FleetState after) {
        fleet.seen().count("checked: drain of a ready one");
        if (after.ready() < after.wanted()) {
            throw new AssertionError(
                    "a ready instance was drained and left "
                            + after.ready()
                            + " ready of "
                            + after.wanted()
                            + ": "
                            + after);
        }
    }

    /** Until a release in steps serves for good, those of the old one are as many as wanted. */
    private void keepsTheOldOnes(FleetState after) {
        if (!(after.rollout().orElse(null) instanceof Staged staged)
                || staged.phase() == Staged.Phase.FINISH) {
            return;
        }
        boolean drained =
                after.slots().stream()
                        .filter(s -> s.release().equals(staged.from()))
                        .anyMatch(this::newlyDrained);
        long left =
                after.slots().stream()
                        .filter(s -> s.release().equals(staged.from()))
                        .filter(s -> !(s instanceof Slot.Draining || s instanceof Slot.Stopping))
                        .count();
        fleet.seen().count("checked: drain while a release is on trial");
        if (drained && left < after.wanted()) {
            throw new AssertionError(
                    "an old instance was drained while " + staged.to() + " is on trial: " + after);
        }
    }

    /** Was ready, and no probe was about to say otherwise. */
    private boolean newlyDrained(Slot slot) {
        return slot instanceof Slot.Draining
                && before.slot(slot.instance()).isPresent()
                && before.slot(slot.instance()).get() instanceof Slot.Ready was
                && was.health().fails() + 1 < fleet.settings().readiness().fall();
    }

    /** The table in force. While another is under way, the next decision waits for it. */
    private void routes(FleetState after) {
        List<Backend> named = after.routing().backends();
        boolean settled = after.routing().confirmed() == after.routing().version();
        Optional<Traffic> traffic = after.rollout().flatMap(Rollout::traffic);
        if (!settled || after.course() == Course.END) {
            return;
        }
        long serving = serving(after, traffic);
        fleet.seen().count("checked: table");
        if (named.size() < serving - serving / 2) {
            throw new AssertionError(named + " of " + serving + " that serve: " + after);
        }
        for (Slot slot : after.slots()) {
            boolean meant = traffic.map(t -> t.includes(slot.release())).orElse(true);
            if (slot instanceof Slot.Ready && meant && !names(named, slot)) {
                throw new AssertionError(slot.instance() + " is ready and not in " + named);
            }
        }
        if (traffic.filter(t -> t.percent() == 0 || t.percent() == 100).isPresent()) {
            fleet.seen().count("checked: table of one release");
            if (named.stream().map(Backend::release).distinct().count() > 1) {
                throw new AssertionError("requests for two releases: " + after);
            }
        }
    }

    private static long serving(FleetState after, Optional<Traffic> traffic) {
        return after.slots().stream()
                .filter(s -> s instanceof Slot.Ready || s instanceof Slot.Unready)
                .filter(s -> traffic.map(t -> t.includes(s.release())).orElse(true))
                .count();
    }

    private static boolean names(List<Backend> named, Slot slot) {
        return named.stream().anyMatch(b -> b.instance().equals(slot.instance()));
    }
}
