package dev.concertina.starter.cache;

/** A guard that is taken away. */
enum Fault {
    /** Requests learn nothing at their beginning. */
    NO_CATCHING_UP,
    /** What was loaded is kept whoever wrote since. */
    NO_FENCE,
    /** Clearing a cache is told nobody. */
    CLEARING_UNTOLD,
    /** What was read before something became invalid counts after it. */
    NO_PLACE,
    /** A list that cannot be continued is taken for one in which nothing happened. */
    NO_DOUBT,
    /** A request that could not catch up believes what is near. */
    TRUST_ANYWAY,
    /** Outside requests what is near is believed for an hour. */
    NO_LEASE,
    /** A write may arrive when its writer has long given up. */
    NO_DEADLINE,
    /** A server that was started again, or took over, is taken for the old one. */
    NO_SERVER_NAME
}
