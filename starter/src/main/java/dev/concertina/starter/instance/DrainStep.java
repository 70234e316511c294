package dev.concertina.starter.instance;

import java.time.Duration;

/**
 * Something to do before the instance ends. A bean of this type is called once, in its phase,
 * beside the others of the same phase; what it takes and how it went is one line in the log.
 */
public interface DrainStep {
    /** When, in this order. */
    enum Phase {
        /**
         * Readiness is down and the drain delay is over; requests may still come. Answers that
         * would go on for ever end here.
         */
        STREAMS,
        /** The listener is closed and all requests are answered. Workers finish or hand back. */
        WORK,
        /** Nobody works any more; shared stores and pools are still open for a last word. */
        STORES
    }

    /** One or two words for the log, such as {@code jobs}. */
    String name();

    Phase phase();

    /**
     * Does it. It is interrupted when the time is over.
     *
     * @param within what is left of the whole drain
     * @return what was done, for the log, such as {@code 3 handed back}
     */
    String drain(Duration within) throws Exception;
}
