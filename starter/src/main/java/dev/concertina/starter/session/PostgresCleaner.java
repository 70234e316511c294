package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is over, a few hundred rows at a time, about once a minute; every instance at its
 * own time, and rows another has are left to it.
 */
final class PostgresCleaner {
    private static final Logger log = LoggerFactory.getLogger(PostgresCleaner.class);
    private static final int ROWS = 500;
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Postgres postgres;
    private final PostgresSessionStore store;
    private final RandomGenerator chance;

    PostgresCleaner(Postgres postgres, PostgresSessionStore store, RandomGenerator chance) {
        this.postgres = postgres;
        this.store = store;
        this.chance = chance;
    }

    void start() {
        next(false);
    }

    private void next(boolean more) {
        long wait = EVERY.toMillis() / 2 + chance.nextLong(EVERY.toMillis());
        postgres.after(more ? Duration.ZERO : Duration.ofMillis(wait), this::clean);
    }

    private void clean() {
        boolean more = false;
        try {
            more = store.clean(ROWS);
        } catch (Outage e) {
            log.debug("ended sessions are removed later: {}", e.getMessage());
        } finally {
            next(more);
        }
    }
}
