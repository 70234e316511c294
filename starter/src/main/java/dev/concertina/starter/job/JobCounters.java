package dev.concertina.starter.job;

import java.time.Duration;

/** Told of everything that happens to jobs; whoever counts them implements it. */
interface JobCounters {
    /** How an attempt ended. */
    enum Result {
        SUCCEEDED,
        /** To be done again. */
        FAILED,
        /** A dead letter now. */
        DEAD,
        /** Another instance had it meanwhile; nothing of it stays in the database. */
        LOST,
        /** Given back unbegun, or interrupted because this instance ends. */
        BACK
    }

    default void enqueued(String type, int count) {}

    /**
     * @param waited since it was due
     */
    default void started(String type, Duration waited) {}

    default void ended(String type, Result result, Duration took) {}
}
