package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** One read replica and what is known of it. */
final class Replica implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 2_000;

    // What is read next on this connection is at least this new: replay only goes forward.
    private static final String REACHED =
            "select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= ?::pg_lsn";
    private static final String LOOK =
            """
            select pg_is_in_recovery(), pg_last_wal_replay_lsn(),
              (extract(epoch from now() - pg_last_xact_replay_timestamp()) * 1000)::bigint
            """;

    /** A pool lends what it used so lately without a look; a dead server's connections too. */
    private static final long BELIEVED_NANOS = Duration.ofMillis(20).toNanos();

    private final String name;
    private final HikariDataSource pool;
    private volatile long answeredNanos = System.nanoTime() - BELIEVED_NANOS;
    private volatile State state = State.out("it was not looked at yet");

    /**
     * What was seen at the last look.
     *
     * @param replayed how far it is
     * @param trouble why it is left out
     */
    record State(long replayed, Optional<String> trouble) {
        static State out(String why) {
            return new State(Position.NONE, Optional.of(why));
        }
    }

    /**
     * @param behind how long ago its newest transaction was committed
     */
    record Look(boolean replica, long replayed, Duration behind) {}

    Replica(String name, HikariDataSource pool) {
        this.name = name;
        this.pool = pool;
    }

    String name() {
        return name;
    }

    State state() {
        return state;
    }

    void state(State state) {
        this.state = state;
    }

    boolean isUsable() {
        return state.trouble().isEmpty();
    }

    /**
     * A connection by which everything up to the position can be read; empty if it is not as far.
     */
    Optional<Connection> connection(long needed) throws SQLException {
        var connection = pool.getConnection();
        boolean good = false;
        try {
            good = (needed == Position.NONE && hasJustAnswered()) || hasReached(connection, needed);
        } finally {
            if (!good) {
                connection.close();
            }
        }
        return good ? Optional.of(connection) : Optional.empty();
    }

    private boolean hasJustAnswered() {
        return System.nanoTime() - answeredNanos < BELIEVED_NANOS;
    }

    // Asked where it will be read: what was seen at the last look may have been another server, or
    // this one before it was started again.
    private boolean hasReached(Connection connection, long needed) throws SQLException {
        try (var statement = connection.prepareStatement(REACHED)) {
            statement.setString(1, Position.lsn(needed));
            try (var rows = statement.executeQuery()) {
                boolean reached = rows.next() && rows.getBoolean(1);
                if (reached) {
                    answeredNanos = System.nanoTime();
                }
                return reached;
            }
        }
    }

    Look look() throws SQLException {
        try (var connection = pool.getConnection()) {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(LOOK)) {
                rows.next();
                var lsn = rows.getString(2);
                long millis = rows.getLong(3);
                return new Look(
                        rows.getBoolean(1),
                        lsn == null ? Position.NONE : Position.parse(lsn),
                        rows.wasNull() ? Duration.ZERO : Duration.ofMillis(millis));
            } finally {
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, before);
                }
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
