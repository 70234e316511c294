package dev.concertina.fleet.traffic;

/** The gateway cannot be reached or refused; the message names the socket and the next move. */
public class GatewayException extends RuntimeException {
    public GatewayException(String message) {
        super(message);
    }

    public GatewayException(String message, Throwable cause) {
        super(message, cause);
    }
}
