package dev.concertina.gateway.http1;

/** A message that must not be passed on, because two readers could understand it differently. */
public final class Malformed extends RuntimeException {
    private final int status;

    public Malformed(String message) {
        this(400, message);
    }

    public Malformed(int status, String message) {
        // Peers provoke this at will: without a stack trace it costs little.
        super(message, null, false, false);
        this.status = status;
    }

    /** The status a client is answered with. */
    public int status() {
        return status;
    }
}
