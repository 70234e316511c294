package dev.concertina.starter.tenant;

/** The session of one tenant was brought to another. */
final class ForeignSession extends RuntimeException {
    ForeignSession() {
        super("the session is of another tenant");
    }
}
