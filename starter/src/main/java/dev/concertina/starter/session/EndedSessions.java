package dev.concertina.starter.session;

import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Looks for sessions that ended by themselves and tells the application of each. All instances do,
 * at times of their own; the store hands each session to one of them.
 */
final class EndedSessions {
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final int LOOKED_AT = 100;

    private final Sessions sessions;
    private final Supplier<ServletContext> context;
    private final Clock clock;

    EndedSessions(Sessions sessions, Supplier<ServletContext> context, Clock clock) {
        this.sessions = sessions;
        this.context = context;
        this.clock = clock;
    }

    /**
     * Takes some and tells of them.
     *
     * @return whether there may be more
     */
    boolean sweep() {
        var batch = sessions.takeEnded(LOOKED_AT, LEASE);
        // Whoever listens may be slow. What is not told in time somebody else is handed later.
        var until = clock.instant().plus(LEASE.dividedBy(2));
        for (var ended : batch.sessions()) {
            if (!clock.instant().isBefore(until)) {
                return true;
            }
            sessions.tell(ended, context.get());
        }
        return batch.more();
    }
}
