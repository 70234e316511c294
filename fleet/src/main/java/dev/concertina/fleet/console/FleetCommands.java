package dev.concertina.fleet.console;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What can be asked of a running fleet. The façade carries it out, the control socket carries it to
 * another process, where {@code FleetClient} offers it again. Calls block until the fleet has done
 * what was asked and the story tells what it does meanwhile; interrupting the caller does not
 * interrupt the fleet.
 */
public interface FleetCommands {
    /** For {@link #events}: only what happens from the call on. */
    long FROM_NOW = Long.MAX_VALUE;

    FleetStatus status();

    Outcome scale(int instances, Consumer<FleetEvent> story);

    /**
     * Replaces every instance by one of a new release made of the jar (empty: the manifest's).
     *
     * @param again also if that very jar serves already; without it nothing is done then, and a
     *     rollout of that jar that is under way is waited for
     */
    Outcome deploy(Optional<Path> jar, boolean again, Consumer<FleetEvent> story);

    /**
     * The release on its way goes one step further, whatever the judge thinks.
     *
     * @param all to the end
     */
    Outcome promote(boolean all, Consumer<FleetEvent> story);

    /** Takes the release on its way back. */
    Outcome abort(Consumer<FleetEvent> story);

    /** Lets a release that is kept serve again; empty: the one that served before. */
    Outcome rollback(Optional<String> release, Consumer<FleetEvent> story);

    /** Those that are kept, oldest first. */
    List<ReleaseStatus> releases();

    /** Replaces instances one by one by others of the same release; empty: all of them. */
    Outcome restart(Optional<String> instance, Consumer<FleetEvent> story);

    /** Takes the instance out of traffic, waits for its requests, replaces it. */
    Outcome drain(String instance, Consumer<FleetEvent> story);

    /**
     * Replaces the gateway's process by a fresh one without refusing or resetting a connection.
     *
     * @param classPath of the installation to start it from
     * @param within what the old process still serves ends by then
     */
    Outcome upgrade(String classPath, Duration within, Consumer<FleetEvent> story);

    /** Ends everything in order: gateway stops accepting, instances drain, services stop. */
    Outcome down(Consumer<FleetEvent> story);

    /** Waits until the fleet has settled: everything wanted is ready, or a stated failure. */
    Outcome settled(Duration within, Consumer<FleetEvent> story);

    /**
     * Every event from {@code sequence} on that is kept, then those that come, until interrupted or
     * the fleet ends.
     */
    void events(long sequence, Consumer<FleetEvent> story);

    /**
     * How a command ended.
     *
     * @param done false: it failed or was rolled back, and {@code text} says why and what to do
     */
    record Outcome(boolean done, String text, Optional<String> detail) {}
}
