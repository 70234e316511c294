package dev.concertina.starter.session;

/** Sessions are to be sealed, but the key setting is missing or unreadable. */
final class MissingSessionKeyException extends RuntimeException {
    MissingSessionKeyException(String message) {
        super(message);
    }
}
