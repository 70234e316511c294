package dev.concertina.starter.limit;

/** What becomes of a limit while Redis is away. */
public enum Away {
    /** Each instance counts by itself, with its share of the limit. */
    SHARE,
    /** As {@link #SHARE}, tightened as in strict mode. */
    STRICT,
    /** Everybody passes. */
    OPEN,
    /** Nobody passes: 503 with Retry-After. */
    CLOSED
}
