package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.start.Training;
import dev.concertina.fleet.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Trains the archives of each release in the background, once its rollout is over or watched: then
 * its migrations are done, and it is known to start. Nothing waits for it, and its failure is only
 * told.
 */
public final class Trainer {
    /** With less memory to spare nothing is trained. */
    private static final long MEMORY_MIN_MIB = 512;

    private final FleetLoop loop;
    private final Host host;
    private final InstanceLauncher launcher;
    private final Chronicle chronicle;
    private final Time time;
    private final Executor blocking;
    private final Set<String> looked = new HashSet<>();
    private volatile boolean ended;
    private volatile Optional<Run> running = Optional.empty();

    private record Run(Training training, CompletableFuture<Void> over) {}

    /**
     * @param blocking where a process may be waited for
     */
    public Trainer(
            FleetLoop loop,
            Host host,
            InstanceLauncher launcher,
            Chronicle chronicle,
            Time time,
            Executor blocking) {
        this.loop = loop;
        this.host = host;
        this.launcher = launcher;
        this.chronicle = chronicle;
        this.time = time;
        this.blocking = blocking;
    }

    /** From now on, one release after the other. */
    public void begin() {
        var _ =
                loop.when(this::next)
                        .thenAcceptAsync(
                                release -> {
                                    train(release);
                                    begin();
                                },
                                blocking);
    }

    /** Ends a run that is under way, and begins no other. */
    public void end() {
        ended = true;
        running.ifPresent(run -> {
            // It may be about to start its process, or the next one.
            while (!run.over().isDone()) {
                run.training().sweep();
                var _ = run.over().copy().completeOnTimeout(null, 50, TimeUnit.MILLISECONDS).join();
            }
        });
    }

    /** Called by the writer only. */
    private Optional<String> next(FleetState state) {
        return hasTime(state)
                ? state.slots().stream()
                        .filter(Slot.Ready.class::isInstance)
                        .map(Slot::release)
                        .filter(looked::add)
                        .findFirst()
                : Optional.empty();
    }

    /** Beside the starts of a rollout it would take from them, and from requests. */
    static boolean hasTime(FleetState state) {
        return state.rollout()
                .map(r -> r instanceof Staged s && s.phase() == Staged.Phase.WATCH)
                .orElse(true);
    }

    private void train(String release) {
        if (ended) {
            return;
        }
        for (Training training : launcher.trainings(host, release, host.freePort())) {
            if (!hasTime(loop.state())) {
                // A rollout has begun meanwhile. Nobody is asking: begin() comes after this.
                looked.remove(release);
                return;
            }
            train(release, training);
        }
    }

    private void train(String release, Training training) {
        String missing = "gets no " + training.archive().name();
        Optional<Long> free = freeMebibytes();
        if (free.filter(mebibytes -> mebibytes < MEMORY_MIN_MIB).isPresent()) {
            tell("release.untrained", release, missing + ": " + free.get() + " MiB are free");
            return;
        }
        var run = new Run(training, new CompletableFuture<>());
        running = Optional.of(run);
        Instant begin = time.now();
        Optional<String> failure = ended ? Optional.empty() : training.run();
        run.over().complete(null);
        if (ended) {
            return;
        }
        long seconds = Duration.between(begin, time.now()).toSeconds();
        failure.ifPresentOrElse(
                why ->
                        tell(
                                "release.untrained",
                                release,
                                missing
                                        + " and is started without one: "
                                        + why
                                        + "; see 'concertina logs training'"),
                () ->
                        tell(
                                "release.trained",
                                release,
                                training.archive().gain()
                                        + "; it took "
                                        + seconds
                                        + " s in the background"));
    }

    private void tell(String kind, String release, String text) {
        chronicle.add(kind, release, text, Optional.empty(), time.now());
    }

    /** What may be used without swapping; empty where the system does not say. */
    private static Optional<Long> freeMebibytes() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
