package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.manifest.Manifest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A terminal in front of a running fleet: shows its story, turns Ctrl-C into an orderly end. */
record Attachment(
        Terminal terminal,
        ManifestOptions options,
        FleetCommands fleet,
        Consumer<FleetEvent> story) {

    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(5);

    /** Until the fleet ends, or a second Ctrl-C. */
    int hold(Manifest manifest) {
        terminal.story(
                "Attached. Ctrl-C takes "
                        + manifest.app().name()
                        + " down; a second Ctrl-C leaves it running.");
        var stopping = new AtomicBoolean();
        var taken = new CountDownLatch(1);
        var down = new CountDownLatch(1);
        try (var _ = Interrupts.handledBy(() -> interrupted(stopping, taken, down))) {
            fleet.events(FleetCommands.FROM_NOW, story);
            if (stopping.get()) {
                down.await();
                return ExitCode.INTERRUPTED;
            }
            terminal.story("The fleet has ended.");
            return ExitCode.DONE;
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        }
    }

    private void interrupted(AtomicBoolean stopping, CountDownLatch taken, CountDownLatch down) {
        if (!stopping.compareAndSet(false, true)) {
            leave(taken);
            return;
        }
        terminal.story("\nTaking the fleet down. Ctrl-C again: stop watching.");
        Thread.ofPlatform()
                .start(() -> {
                    var outcome = fleet.down(event -> taken.countDown());
                    terminal.story(outcome.text());
                    taken.countDown();
                    down.countDown();
                });
    }

    /** Not before the fleet has taken the command: two Ctrl-C may come within a millisecond. */
    private void leave(CountDownLatch taken) {
        boolean stops;
        try {
            stops = taken.await(TAKEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stops = false;
        }
        terminal.story(
                stops
                        ? "\nLeft. The fleet goes on stopping; see: concertina status"
                                + options.repeated()
                                + ". To start it again: concertina up"
                                + options.repeated()
                        : "\nLeft. The fleet has not answered and may still run. Next: concertina"
                                + " down"
                                + options.repeated());
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
}
