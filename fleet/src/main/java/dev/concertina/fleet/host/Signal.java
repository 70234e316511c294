package dev.concertina.fleet.host;

/** The signals the fleet sends. */
public enum Signal {
    /** Ask to end in order. */
    TERM,
    /** PostgreSQL's fast shutdown; a terminal's Ctrl-C. */
    INT,
    /** nginx: take the configuration in again. */
    HUP,
    /** nginx: finish what is in flight, then end. */
    QUIT,
    /** nginx: open the log files again. */
    USR1,
    /** End at once. */
    KILL,
    /** Freeze and thaw, for faults. */
    STOP,
    CONT
}
