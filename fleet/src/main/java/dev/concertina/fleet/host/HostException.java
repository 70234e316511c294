package dev.concertina.fleet.host;

/** The host could not do what was asked; the message says what to do about it. */
public final class HostException extends RuntimeException {
    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
