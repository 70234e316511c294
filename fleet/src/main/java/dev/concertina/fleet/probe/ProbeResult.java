package dev.concertina.fleet.probe;

import java.time.Duration;

/** The answer to one probe. Its text is shown to users as the "last probe answer". */
public sealed interface ProbeResult {
    /** Status 200 to 299. */
    default boolean passed() {
        return this instanceof Answered a && a.status() >= 200 && a.status() < 300;
    }

    /** An HTTP response came. */
    record Answered(int status, String body, Duration took) implements ProbeResult {
        @Override
        public String toString() {
            return "HTTP " + status + (body.isBlank() ? "" : ": " + body.strip());
        }
    }

    /** Nobody listens on the port. */
    record Refused() implements ProbeResult {
        @Override
        public String toString() {
            return "connection refused";
        }
    }

    /** No complete response within the time. */
    record TimedOut(Duration after) implements ProbeResult {
        @Override
        public String toString() {
            return "no answer within " + after.toMillis() + " ms";
        }
    }

    /** The connection broke, or what came was not HTTP. */
    record Broken(String reason) implements ProbeResult {
        @Override
        public String toString() {
            return reason;
        }
    }
}
