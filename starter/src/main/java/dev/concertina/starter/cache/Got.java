package dev.concertina.starter.cache;

import java.time.Duration;

/** What the store has of an entry. */
sealed interface Got {
    /** The list of what became invalid, as long as it was when this was read. */
    long asOf();

    /**
     * @param left until it expires
     */
    @SuppressWarnings("ArrayRecordComponent") // opaque here; compared by nobody
    record Value(byte[] bytes, long asOf, Duration left) implements Got {}

    /**
     * @param leased whether the asker, and nobody else for a while, is to load it
     */
    record Nothing(long asOf, boolean leased) implements Got {}
}
