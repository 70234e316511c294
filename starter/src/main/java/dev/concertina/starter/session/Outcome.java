package dev.concertina.starter.session;

/** What became of a change. */
sealed interface Outcome {
    /** It is kept; the session has this version now. */
    record Kept(String version) implements Outcome {}

    /** The session has ended; nothing was kept and nothing came back to life. */
    record Gone() implements Outcome {}

    /** The session has another id by now; nothing was kept yet. */
    record Moved(SessionKey to) implements Outcome {}
}
