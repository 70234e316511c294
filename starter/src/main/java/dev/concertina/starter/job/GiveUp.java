package dev.concertina.starter.job;

/** Thrown by a handler when trying again is of no use: the job is a dead letter at once. */
public final class GiveUp extends RuntimeException {
    private static final long serialVersionUID = 1;

    public GiveUp(String message) {
        super(message);
    }

    public GiveUp(String message, Throwable cause) {
        super(message, cause);
    }
}
