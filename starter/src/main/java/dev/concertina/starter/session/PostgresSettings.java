package dev.concertina.starter.session;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How sessions are kept in PostgreSQL.
 *
 * @param schema who makes the tables; default create
 * @param postgres connections and times
 */
@ConfigurationProperties("concertina.session")
public record PostgresSettings(
        @DefaultValue("create") Schema schema, @DefaultValue Postgres postgres) {

    /** Who makes the tables. */
    public enum Schema {
        /** The first instance that needs them; the others wait for it. */
        CREATE,
        /** Somebody else; the start fails if they are not what this release needs. */
        VALIDATE,
        /** Somebody else; nobody looks. */
        OFF
    }

    /**
     * @param pool connections of their own for sessions; default 5. 0 takes the application's, and
     *     then a request that holds one may wait for another
     * @param timeout the longest one call waits, for a connection and for its answer; default 500
     *     ms, at least 250 ms
     */
    public record Postgres(@DefaultValue("5") int pool, @DefaultValue("500ms") Duration timeout) {
        private static final Duration LEAST = Duration.ofMillis(250);

        public Postgres {
            if (pool < 0) {
                throw new IllegalArgumentException(
                        "concertina.session.postgres.pool is " + pool + ". Give it 5, or 0.");
            }
            if (timeout.compareTo(LEAST) < 0) {
                throw new IllegalArgumentException(
                        "concertina.session.postgres.timeout is "
                                + timeout
                                + ". Give it 250ms or more: a pool waits no shorter.");
            }
        }
    }
}
