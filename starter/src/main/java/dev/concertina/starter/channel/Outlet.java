package dev.concertina.starter.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One client's end of a connection. Called by one thread at a time; may block. */
interface Outlet {
    /**
     * @param room where it was said
     */
    record Word(Room room, Told told) {}

    /** Sends all of them; the client has them when it reads. */
    void write(List<Word> words) throws IOException;

    /** Says that the connection lives, so that nobody between closes it. */
    void beat() throws IOException;

    /**
     * Ends it in order.
     *
     * @param retry when the client is to come back
     */
    void end(Ending why, Duration retry) throws IOException;

    /** Ends it however it stands. */
    void close();
}
