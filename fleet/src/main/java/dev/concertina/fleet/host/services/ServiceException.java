package dev.concertina.fleet.host.services;

/** An embedded service cannot serve; the message names its folder and the next move. */
public final class ServiceException extends RuntimeException {
    public ServiceException(String message) {
        super(message);
    }

    public ServiceException(String message, Throwable cause) {
        super(message, cause);
    }
}
