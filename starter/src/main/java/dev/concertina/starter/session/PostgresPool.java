package dev.concertina.starter.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Where connections come from: a pool for sessions alone, or the application's. */
final class PostgresPool implements AutoCloseable {
    /** No connection, no room, shutting down, cancelled, waited for a lock, another primary. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

    private static final String READ_ONLY = "25006";
    private static final String LOCKED = "55P03";

    private final DataSource source;
    private final Optional<OwnPool> own;
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();

    /** A pool that is ours to empty and to end. */
    interface OwnPool extends AutoCloseable {
        DataSource source();

        /** Gives no connection out again that was made before. */
        void renew();

        @Override
        void close();
    }

    PostgresPool(DataSource source) {
        this.source = source;
        this.own = Optional.empty();
    }

    PostgresPool(OwnPool own) {
        this.source = own.source();
        this.own = Optional.of(own);
    }

    /** A connection; our own pool bounds the wait itself. */
    Connection connection(Duration patience) throws SQLException {
        if (own.isPresent()) {
            return source.getConnection();
        }
        var taken = CompletableFuture.supplyAsync(this::take, waiting);
        try {
            return taken.get(patience.toNanos(), TimeUnit.NANOSECONDS).orThrow();
        } catch (TimeoutException e) {
            var unused = taken.thenAccept(Taken::giveBack);
            throw new SQLTimeoutException("the application's pool gave no connection", e);
        } catch (InterruptedException e) {
            var unused = taken.thenAccept(Taken::giveBack);
            Thread.currentThread().interrupt();
            throw new SQLTimeoutException("interrupted while waiting for a connection", e);
        } catch (ExecutionException e) {
            throw new SQLException("the application's pool failed", e.getCause());
        }
    }

    private record Taken(@Nullable Connection connection, @Nullable SQLException failure) {
        Connection orThrow() throws SQLException {
            if (connection == null) {
                throw failure == null ? new SQLException("no connection") : failure;
            }
            return connection;
        }

        void giveBack() {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException e) {
                    // It was not used; the pool sees for itself.
                }
            }
        }
    }

    private Taken take() {
        try {
            return new Taken(source.getConnection(), null);
        } catch (SQLException e) {
            return new Taken(null, e);
        }
    }

    /** Another server is the primary now. */
    void renew() {
        own.ifPresent(OwnPool::renew);
    }

    /** Whether the server, or every connection to it, is at fault, and not what was asked. */
    static boolean isAway(Throwable failure) {
        if (!(failure instanceof SQLException e)) {
            return false;
        }
        var state = e.getSQLState();
        return e instanceof SQLTransientConnectionException
                || e instanceof SQLTimeoutException
                || isReadOnly(e)
                || LOCKED.equals(state)
                || (state != null && state.length() > 2 && AWAY.contains(state.substring(0, 2)))
                || (e.getCause() instanceof SQLException cause && isAway(cause));
    }

    /** Whether the server is not the primary any more. */
    static boolean isReadOnly(SQLException e) {
        return READ_ONLY.equals(e.getSQLState());
    }

    @Override
    public void close() {
        waiting.shutdownNow();
        own.ifPresent(OwnPool::close);
    }
}
