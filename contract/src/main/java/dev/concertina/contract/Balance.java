package dev.concertina.contract;

/** How the gateway chooses among targets that may take a request. */
public enum Balance {
    /** In turn, in proportion to weight. */
    ROUND_ROBIN,
    /** The fewest requests in flight per weight; in turn among equals. */
    LEAST_CONNECTIONS,
    /** Of two drawn at random the one with fewer requests in flight. */
    RANDOM_TWO
}
