package dev.concertina.starter.session;

import dev.concertina.starter.request.Circuit;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UnusableStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, asked like Redis: no call waits longer than the timeout, for a connection and for its
 * answer together; after some failures in a row calls fail at once, until it answers a probe. That
 * is made from the moment of failing, by itself. Safe for use by many threads.
 */
final class Postgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Postgres.class);
    private static final Duration LEFT_LEAST = Duration.ofMillis(50);

    /** What one call does with its connection. */
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private final PostgresPool pool;
    private final PostgresSchema schema;
    private final Duration timeout;
    private final Circuit circuit = new Circuit(3, Duration.ofMillis(250), Duration.ofSeconds(2));
    private final LongAdder failures = new LongAdder();
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("concertina-sessions").daemon().factory());
    private volatile boolean ready;

    /**
     * @throws UnusableStoreException if the tables are not what is needed and cannot be made; not
     *     if the server is away, then that is seen to when it is there
     */
    Postgres(PostgresPool pool, PostgresSchema schema, Duration timeout) {
        this.pool = pool;
        this.schema = schema;
        this.timeout = timeout;
        try {
            prepare();
        } catch (UnusableStoreException e) {
            worker.shutdownNow();
            pool.close();
            throw e;
        } catch (SQLException e) {
            if (!PostgresPool.isAway(e)) {
                worker.shutdownNow();
                pool.close();
                throw new UnusableStoreException(
                        "The tables of sessions could not be made: " + e.getMessage(),
                        "Grant the right to create tables, or run the file postgres-"
                                + PostgresSchema.VERSION
                                + ".sql of the starter and set"
                                + " concertina.session.schema=validate.");
            }
            if (circuit.trip()) {
                opened(new Outage("there is no connection to PostgreSQL", e));
            }
        }
    }

    private void prepare() throws SQLException {
        try (var connection = pool.connection(timeout)) {
            schema.ensure(connection);
            ready = true;
        }
    }

    /** Whether it is asked at the moment. */
    boolean answers() {
        return circuit.closed();
    }

    /** Calls that failed since the start. */
    long failures() {
        return failures.sum();
    }

    /**
     * @throws Outage if there is no answer within the timeout
     */
    <T> T call(Work<T> work) {
        if (!circuit.closed()) {
            throw new Outage("PostgreSQL is not asked until it answers a probe", null);
        }
        try {
            var result = within(timeout, work);
            circuit.succeeded();
            return result;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * @throws Outage if there is no answer within the timeout
     */
    void ping() {
        var unused = call(Postgres::alive);
    }

    private static boolean alive(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute("select 1");
        }
    }

    private <T> T within(Duration patience, Work<T> work) throws SQLException {
        long deadline = System.nanoTime() + patience.toNanos();
        try (var connection = pool.connection(patience)) {
            long left = Math.max(deadline - System.nanoTime(), LEFT_LEAST.toNanos());
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) TimeUnit.NANOSECONDS.toMillis(left));
            try {
                var result = work.with(connection);
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
                return result;
            } finally {
                restore(connection, before);
            }
        }
    }

    private static void restore(Connection connection, int networkTimeout) {
        try {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, networkTimeout);
            }
        } catch (SQLException e) {
            log.debug("a connection that is broken: {}", e.getMessage());
        }
    }

    private Outage failed(SQLException e) {
        boolean away = PostgresPool.isAway(e);
        var what = e.getSQLState() == null ? "" : " (SQLSTATE " + e.getSQLState() + ")";
        var outage =
                new Outage(
                        (away
                                        ? "no answer from PostgreSQL within "
                                                + timeout.toMillis()
                                                + " ms"
                                        : "PostgreSQL refused the call")
                                + what,
                        e,
                        away);
        if (PostgresPool.isReadOnly(e)) {
            pool.renew();
        }
        if (away) {
            failures.increment();
            if (circuit.failed()) {
                opened(outage);
            }
        }
        return outage;
    }

    private void opened(Outage outage) {
        log.warn("PostgreSQL is away ({}); it is not asked until it answers.", outage.getMessage());
        after(Duration.ZERO, this::probe);
    }

    private void probe() {
        if (!circuit.probe()) {
            return;
        }
        try {
            if (!ready) {
                prepare();
            }
            var unused = within(timeout, Postgres::alive);
            circuit.probeSucceeded();
            log.info("PostgreSQL answers again.");
        } catch (SQLException | UnusableStoreException e) {
            if (!PostgresPool.isAway(e)) {
                log.error("Sessions cannot be kept in PostgreSQL: {}", e.getMessage());
            }
            after(circuit.probeFailed(), this::probe);
        }
    }

    /** Runs a task once, unless it ends before. */
    void after(Duration wait, Runnable task) {
        try {
            var unused = worker.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nothing more is due: the application ends");
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        pool.close();
    }
}
