package dev.concertina.testkit;

import dev.concertina.fleet.control.Course;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Signal;

/**
 * What no run of a simulated fleet may break, whatever happens to it:
 *
 * <ul>
 *   <li>No process gets SIGTERM while the gateway routes to it or holds a claim on it, nor SIGKILL
 *       unless it was asked to end before, is silent, or has no claim.
 *   <li>No process is started beyond the wanted number and the surge.
 *   <li>A ready instance is drained only when at least the wanted number of others is ready.
 *   <li>While a release in steps is on trial, as many old instances stay as are wanted.
 * </ul>
 */
final class Invariants {
    private final SimFleet fleet;
    private FleetState before;

    Invariants(SimFleet fleet) {
        this.fleet = fleet;
        this.before = fleet.state();
    }

    void install() {
        fleet.host().onSignal(this::signalled);
        fleet.host().onStart(_ -> started());
        fleet.time().afterEach(this::stepped);
    }

    private void signalled(SimHost.SimProcess process, Signal signal) {
        String id = process.instance();
        boolean used = fleet.gateway().routes(id) || fleet.gateway().claims(id) > 0;
        boolean hopeless = process.silent() || process.asked();
        boolean hurts = signal == Signal.TERM || (signal == Signal.KILL && !hopeless);
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
        FleetState state = fleet.state();
        int most = state.wanted() + state.extra(fleet.settings().surge());
        int running = fleet.host().running().size() + 1;
        if (running > most) {
            throw new AssertionError(running + " processes, at most " + most + " are allowed");
        }
    }

    private void stepped() {
        FleetState after = fleet.state();
        if (!after.slots().equals(before.slots())) {
            long drained = after.slots().stream().filter(this::newlyDrained).count();
            if (drained > 0 && after.course() == Course.RUN && after.ready() < after.wanted()) {
                throw new AssertionError(
                        "a ready instance was drained and left "
                                + after.ready()
                                + " ready of "
                                + after.wanted()
                                + ": "
                                + after);
            }
            keepsTheOldOnes(after);
            before = after;
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
}
