package dev.concertina.testkit;

import java.time.Duration;
import java.util.Optional;

/**
 * How the processes of a release behave.
 *
 * @param listensAfter from start until the port is open
 * @param answer to every request then; empty for one that closes every connection
 * @param exitsAfter by itself; {@link #NEVER} if it does not
 * @param exitCode when it exits by itself
 * @param endsIn from SIGTERM to its end; {@link #NEVER} for one that ignores it
 * @param errors the share of requests that it answers with an error
 * @param latency how much longer than asked for a request takes, such as 3
 */
public record SimProgram(
        Duration listensAfter,
        Optional<Answer> answer,
        Duration exitsAfter,
        int exitCode,
        Duration endsIn,
        double errors,
        double latency) {
    public static final Duration NEVER = Duration.ofDays(1000);

    /** An HTTP response. */
    public record Answer(int status, String body) {}

    public static SimProgram good() {
        return new SimProgram(
                Duration.ofSeconds(2),
                Optional.of(new Answer(200, "")),
                NEVER,
                1,
                Duration.ofMillis(300),
                0,
                1);
    }

    /** Ends before it ever listens, as a jar without a main class does. */
    public static SimProgram exitsAtOnce() {
        return good().exiting(Duration.ofMillis(500), 1).deaf();
    }

    /** Runs and answers, but its health path says no for ever. */
    public static SimProgram neverReady() {
        return good().answering(503, "");
    }

    public SimProgram listeningAfter(Duration delay) {
        return new SimProgram(delay, answer, exitsAfter, exitCode, endsIn, errors, latency);
    }

    public SimProgram answering(int status, String body) {
        return new SimProgram(
                listensAfter,
                Optional.of(new Answer(status, body)),
                exitsAfter,
                exitCode,
                endsIn,
                errors,
                latency);
    }

    /** Accepts connections and closes them. */
    public SimProgram breaking() {
        return new SimProgram(
                listensAfter, Optional.empty(), exitsAfter, exitCode, endsIn, errors, latency);
    }

    public SimProgram exiting(Duration after, int code) {
        return new SimProgram(listensAfter, answer, after, code, endsIn, errors, latency);
    }

    /** Is ready, and answers this share of its requests with an error. */
    public SimProgram failing(double share) {
        return new SimProgram(listensAfter, answer, exitsAfter, exitCode, endsIn, share, latency);
    }

    /** Is ready, and takes so many times as long as the others. */
    public SimProgram slower(double times) {
        return new SimProgram(listensAfter, answer, exitsAfter, exitCode, endsIn, errors, times);
    }

    /** Must be ended with SIGKILL. */
    public SimProgram deaf() {
        return new SimProgram(listensAfter, answer, exitsAfter, exitCode, NEVER, errors, latency);
    }
}
