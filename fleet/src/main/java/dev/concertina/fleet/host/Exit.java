package dev.concertina.fleet.host;

import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param code exit code, 128 + signal if a signal ended it; empty for an adopted process, whose
 *     code only its parent is told
 */
public record Exit(OptionalInt code) {
    public static Exit of(int code) {
        return new Exit(OptionalInt.of(code));
    }

    public static Exit unknown() {
        return new Exit(OptionalInt.empty());
    }

    @Override
    public String toString() {
        if (code.isEmpty()) {
            return "ended (exit code unknown: the process was adopted)";
        }
        int c = code.getAsInt();
        return c > 128 && c < 160 ? "ended by signal " + (c - 128) : "exit code " + c;
    }
}
