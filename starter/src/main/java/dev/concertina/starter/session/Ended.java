package dev.concertina.starter.session;

import java.util.List;

/**
 * A session that ended by itself, handed to one instance so that it tells the application.
 *
 * @param claim random; whoever was handed it later has another
 */
record Ended(SessionKey key, String claim, Stored session) {
    /**
     * @param more whether there may be others that ended
     */
    record Batch(List<Ended> sessions, boolean more) {
        Batch {
            sessions = List.copyOf(sessions);
        }
    }
}
