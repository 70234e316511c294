package dev.concertina.starter.codec;

/** A value that has no form outside this JVM. The message names the type and the next move. */
public final class Unencodable extends IllegalArgumentException {
    public Unencodable(String message) {
        super(message);
    }

    public Unencodable(String message, Throwable cause) {
        super(message, cause);
    }
}
