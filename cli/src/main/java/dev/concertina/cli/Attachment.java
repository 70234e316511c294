package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.manifest.Manifest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A terminal in front of a running fleet: shows its story, turns Ctrl-C into an orderly end. */
record Attachment(
        Terminal terminal,
        ManifestOptions options,
        FleetCommands fleet,
        Consumer<FleetEvent> story) {

    /** Until the fleet ends, or a second Ctrl-C. */
    int hold(Manifest manifest) {
        terminal.story(
                "Attached. Ctrl-C takes "
                        + manifest.app().name()
                        + " down; a second Ctrl-C leaves it running.");
        var stopping = new AtomicBoolean();
        var down = new CountDownLatch(1);
        try (var _ = Interrupts.handledBy(() -> interrupted(stopping, down))) {
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

    private void interrupted(AtomicBoolean stopping, CountDownLatch down) {
        if (!stopping.compareAndSet(false, true)) {
            terminal.story(
                    "\nLeft. The fleet goes on stopping; see: concertina status"
                            + options.repeated()
                            + ". To start it again: concertina up"
                            + options.repeated());
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        }
        terminal.story("\nTaking the fleet down. Ctrl-C again: stop watching.");
        Thread.ofPlatform()
                .start(() -> {
                    var outcome = fleet.down(event -> {});
                    terminal.story(outcome.text());
                    down.countDown();
                });
    }
}
