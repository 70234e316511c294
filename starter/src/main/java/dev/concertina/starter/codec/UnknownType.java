package dev.concertina.starter.codec;

/** Bytes of a type this release does not know; they are carried on unread. */
final class UnknownType extends RuntimeException {
    UnknownType(String type) {
        super("type '" + type + "' is not known to this release", null, false, false);
    }
}
