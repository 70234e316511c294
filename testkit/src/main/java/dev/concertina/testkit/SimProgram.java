package dev.concertina.testkit;

import java.time.Duration;

/**
 * How the processes of a release behave.
 *
 * @param listensAfter from start until the port is open and answers
 * @param status of every answer then
 * @param exitsAfter by itself; {@link #NEVER} if it does not
 * @param endsIn from SIGTERM to its end; {@link #NEVER} for one that ignores it
 */
public record SimProgram(Duration listensAfter, int status, Duration exitsAfter, Duration endsIn) {
    public static final Duration NEVER = Duration.ofDays(1000);

    public static SimProgram good() {
        return new SimProgram(Duration.ofSeconds(2), 200, NEVER, Duration.ofMillis(300));
    }

    /** Ends before it ever listens, as a jar without a main class does. */
    public static SimProgram exitsAtOnce() {
        return new SimProgram(Duration.ofSeconds(2), 200, Duration.ofMillis(500), NEVER);
    }

    /** Runs and answers, but its health path says no for ever. */
    public static SimProgram neverReady() {
        return new SimProgram(Duration.ofSeconds(2), 503, NEVER, Duration.ofMillis(300));
    }

    public SimProgram listeningAfter(Duration delay) {
        return new SimProgram(delay, status, exitsAfter, endsIn);
    }

    /** Must be ended with SIGKILL. */
    public SimProgram deaf() {
        return new SimProgram(listensAfter, status, exitsAfter, NEVER);
    }
}
