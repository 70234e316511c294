package dev.concertina.starter.history;

import java.util.Map;
import java.util.Optional;

/**
 * One request as its client saw it. Times are those of one clock that all clients share; a request
 * that was never answered returned {@link #NEVER}. Each session has one life, whatever it is called
 * meanwhile.
 */
public sealed interface Op {
    long NEVER = Long.MAX_VALUE;

    /** The id it was sent with; of a {@link Begin}, the id it was given. */
    String id();

    long invoked();

    long returned();

    /** A stranger came and was given a session. */
    record Begin(int life, String id, long invoked, long returned) implements Op {}

    /**
     * The session got another id.
     *
     * @param to the new id, or empty text when the session was not there any more
     * @param login whether somebody logged in with it
     */
    record Move(String id, String to, boolean login, long invoked, long returned) implements Op {}

    /** Somebody logged out. */
    record End(String id, long invoked, long returned) implements Op {}

    /**
     * An attribute was written.
     *
     * @param value unlike any other
     */
    record Write(String id, String attribute, String value, Fate fate, long invoked, long returned)
            implements Op {}

    /** The whole session was read. */
    record Read(String id, Optional<Seen> seen, long invoked, long returned) implements Op {}

    /** What a writer was told. */
    enum Fate {
        KEPT,
        /** There was no such session when the request began. */
        NOT_FOUND,
        /** There was one then, but not any more when the write was to be kept. */
        DROPPED,
        UNKNOWN
    }

    /**
     * What a reader was told.
     *
     * @param user who is logged in, or empty text
     * @param values those attributes that are there
     */
    record Seen(int life, String user, Map<String, String> values) {
        public Seen {
            values = Map.copyOf(values);
        }
    }
}
