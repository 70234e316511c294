package dev.concertina.fleet.control;

/** Where the fleet as a whole is heading. */
public enum Course {
    /** Keep what is wanted running. */
    RUN,
    /** The first start failed: nothing runs until the next deploy. */
    HALT,
    /** Going down: the gateway lets its requests end. */
    CLOSE,
    /** Going down: the gateway has ended, the instances follow. */
    END
}
