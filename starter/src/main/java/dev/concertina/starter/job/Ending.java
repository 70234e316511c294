package dev.concertina.starter.job;

import java.time.Duration;

/** How an attempt ended, where its transaction did not say so itself. */
sealed interface Ending {
    Claim claim();

    /** Done: the job is over. */
    record Done(Claim claim) implements Ending {}

    /** To be done again. */
    record Again(Claim claim, Duration delay, String error) implements Ending {}

    /** Not to be done again. */
    record Dead(Claim claim, String error) implements Ending {}

    /**
     * As if it had not been claimed: somebody else may have it at once, or after a wait.
     *
     * @param reason empty if nothing is wrong with it
     */
    record Back(Claim claim, Duration delay, String reason) implements Ending {}
}
