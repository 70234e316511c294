package dev.concertina.starter.job;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LISTEN and NOTIFY. A hint may be lost: whoever waits for one looks by itself now and then. It is
 * given after a transaction and not inside it, where it would make all that give one wait for each
 * other at their commit.
 */
final class PostgresHints implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresHints.class);
    private static final String CHANNEL = "concertina_job";

    // A commit that waits for the disc would be most of the time a hint takes. What gets lost when
    // the server crashes is lost anyway.
    private static final String GIVE =
            "select set_config('synchronous_commit', 'off', true), pg_notify('" + CHANNEL + "', ?)";

    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final DataSource source;
    private final String self = UUID.randomUUID().toString();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread giver;
    private volatile @Nullable Connection listening;

    PostgresHints(DataSource source) {
        this.source = source;
    }

    /** At once, but no more than one at a time: many that come together become one. */
    void give() {
        if (wanted.compareAndSet(false, true)) {
            var thread = giver();
            LockSupport.unpark(thread);
        }
    }

    private synchronized Thread giver() {
        var known = giver;
        if (known == null) {
            known = Thread.ofPlatform().daemon().name("concertina-jobs-hint").start(this::giving);
            giver = known;
        }
        return known;
    }

    private void giving() {
        while (closed.getCount() > 0) {
            if (!wanted.getAndSet(false)) {
                LockSupport.park(this);
                continue;
            }
            try (var connection = source.getConnection();
                    var statement = connection.prepareStatement(GIVE)) {
                statement.setString(1, self);
                statement.execute();
            } catch (SQLException e) {
                log.debug("a hint that was not given: {}", e.getMessage());
            }
        }
    }

    void listen(Runnable wake) {
        Thread.ofPlatform().daemon().name("concertina-jobs-listen").start(() -> listening(wake));
    }

    private void listening(Runnable wake) {
        while (closed.getCount() > 0) {
            try (var connection = source.getConnection()) {
                listening = connection;
                try (var statement = connection.createStatement()) {
                    statement.execute("listen " + CHANNEL);
                }
                // What was said before nobody heard.
                wake.run();
                hear(connection, wake);
            } catch (SQLException e) {
                if (closed.getCount() > 0) {
                    log.debug("hints are not heard: {}", e.getMessage());
                }
                wake.run();
                await();
            }
        }
    }

    private void hear(Connection connection, Runnable wake) throws SQLException {
        var notices = connection.unwrap(PGConnection.class);
        while (closed.getCount() > 0) {
            var heard = notices.getNotifications((int) PROBE.toMillis());
            if (heard != null && heard.length > 0) {
                if (!Arrays.stream(heard).allMatch(one -> self.equals(one.getParameter()))) {
                    wake.run();
                }
            } else if (!connection.isValid((int) PROBE.toSeconds())) {
                throw new SQLException("the connection is not valid any more");
            }
        }
    }

    private void await() {
        try {
            var unused = closed.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        var waiting = giver;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        var connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("a connection that is broken: {}", e.getMessage());
            }
        }
    }
}
