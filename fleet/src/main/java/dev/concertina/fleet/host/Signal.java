package dev.concertina.fleet.host;

/** The signals the fleet sends. */
public enum Signal {
    /** Ask to end in order. */
    TERM,
    /** PostgreSQL's fast shutdown; a terminal's Ctrl-C. */
    INT,
    /** End at once. */
    KILL,
    /** Freeze and thaw, for faults. */
    STOP,
    CONT
}
