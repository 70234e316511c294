package dev.concertina.starter.session;

import java.time.Instant;

/** What the store says about an id. */
sealed interface Found {
    /** Whether the access was noted now, so that the cookie is renewed with it. */
    boolean touched();

    /** There is no such session, or not any more. */
    record Nothing() implements Found {
        @Override
        public boolean touched() {
            return false;
        }
    }

    /** The content is the one the asker knows. */
    record Same(Instant lastAccess, boolean touched) implements Found {}

    /** The whole session. */
    record Whole(Stored session, boolean touched) implements Found {}
}
