package dev.concertina.gateway.http2;

/** A request that is malformed as RFC 9113 section 8.1.1 means it: its stream is reset. */
final class ProtocolError extends RuntimeException {
    ProtocolError(String message) {
        // Peers provoke this at will: without a stack trace it costs little.
        super(message, null, false, false);
    }
}
