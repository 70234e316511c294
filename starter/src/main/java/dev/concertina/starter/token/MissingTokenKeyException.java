package dev.concertina.starter.token;

/** Tokens are to be issued, but a key setting is missing or unreadable. */
final class MissingTokenKeyException extends RuntimeException {
    MissingTokenKeyException(String message) {
        super(message);
    }
}
