package dev.concertina.fleet.control;

import java.util.Map;
import java.util.Optional;

/** What was asked, or what became of an {@link Action}. */
public sealed interface Event {
    /** Replace every instance by one of this release; the first one starts the fleet. */
    record Deploy(String release) implements Event {}

    /** Let a release that served before serve again. */
    record Rollback(String release) implements Event {}

    /**
     * The release on its way goes one step further, whatever the judge thinks.
     *
     * @param all to the last step at once
     */
    record Promote(boolean all) implements Event {}

    /** The release on its way is taken back. */
    record Abort() implements Event {}

    /** Replace one instance, or all, by others of the same release. */
    record Restart(Optional<String> instance) implements Event {}

    record Scale(int wanted) implements Event {}

    /** End everything in order. */
    record Down() implements Event {}

    /** A new fleet process took over; of the instances it knew, these still run. */
    record Resumed(Map<String, ProcessRef> alive) implements Event {
        public Resumed {
            alive = Map.copyOf(alive);
        }
    }

    record Started(String instance, ProcessRef process) implements Event {}

    /** The process ended, or could not be started: {@code how} says which. */
    record Exited(String instance, String how) implements Event {}

    record Probed(String instance, Answer answer) implements Event {}

    record Lived(String instance, Answer answer) implements Event {}

    /**
     * The requests before traffic have been made.
     *
     * @param how they went, for people
     */
    record Warmed(String instance, String how) implements Event {}

    /** The gateway makes no new claim under a table older than this one. */
    record Routed(long version) implements Event {}

    /** The gateway obeys table {@code inForce}, a newer one, and not this one. */
    record RouteRefused(long version, long inForce) implements Event {}

    /**
     * What instances do.
     *
     * @param instances what the gateway has counted of each; empty if it could not be asked
     * @param used what the process of each has used
     */
    record Sampled(Map<String, Seen> instances, Map<String, Used> used) implements Event {
        public Sampled {
            instances = Map.copyOf(instances);
            used = Map.copyOf(used);
        }
    }

    /** The gateway holds no claim on the instance; {@code cut} requests had to be closed. */
    record Drained(String instance, int cut) implements Event {}

    /** The gateway has ended: no claim exists, and none will. */
    record GatewayClosed() implements Event {}

    /** The moment a step asked to be woken at has come. */
    record Woke() implements Event {}
}
