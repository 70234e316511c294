package dev.concertina.cli;

import java.util.function.Supplier;

/** Waits for the fleet to carry something out, and lets Ctrl-C end the waiting only. */
final class Detached {
    private Detached() {}

    /**
     * @param whenLeft what Ctrl-C leaves behind and how to resume
     */
    static <T> T saying(Terminal terminal, String whenLeft, Supplier<T> command) {
        try (var _ =
                Interrupts.handledBy(() -> {
                    terminal.story("\n" + whenLeft);
                    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
                })) {
            return command.get();
        }
    }
}
