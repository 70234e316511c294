package dev.concertina.verifier.history;

import java.util.Set;

/**
 * One request and what became of it. Times are nanoseconds on the {@link RunClock}.
 *
 * @param check the check that sent it
 * @param user number of the journey's user; 0 is nobody in particular
 * @param intended when the schedule wanted it to start; latency counts from here, so a client that
 *     was held up does not hide what a user would have waited
 * @param instance who answered; empty if nobody said
 * @param status 0 if no status line arrived
 * @param detail what was expected or what broke; empty when ok
 */
public record Operation(
        String check,
        int user,
        String method,
        String path,
        long intended,
        long started,
        long ended,
        String instance,
        int status,
        Outcome outcome,
        String detail) {

    // RFC 9110 section 9.2.2
    private static final Set<String> IDEMPOTENT =
            Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

    public boolean failed() {
        return outcome != Outcome.OK;
    }

    public long latency() {
        return ended - intended;
    }

    public boolean idempotent() {
        return IDEMPOTENT.contains(method);
    }

    /**
     * Nobody can say whether it took effect: it was sent, it must not be sent twice, and no answer
     * of the application came back.
     */
    public boolean effectUnknown() {
        return !idempotent()
                && switch (outcome) {
                    case RESET_BEFORE_BYTE, RESET_IN_BODY, TIMEOUT, MALFORMED -> true;
                    case SERVER_ERROR -> status == 502 || status == 504;
                    case OK, WRONG_STATUS, WRONG_BODY, REFUSED -> false;
                };
    }
}
