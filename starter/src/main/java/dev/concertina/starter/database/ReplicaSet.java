package dev.concertina.starter.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Where transactions that only read get their connections: from a replica that is new enough for
 * whoever asks, else from the primary. One thread looks at the replicas; everybody reads what it
 * saw.
 */
final class ReplicaSet extends AbstractDataSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicaSet.class);

    // Insert, not flush: with synchronous_commit=off a commit is answered before it is flushed.
    private static final String END = "select pg_current_wal_insert_lsn()";

    private final DataSource primary;
    private final List<Replica> replicas;
    private final Duration every;
    private final Lag lag;
    private final AtomicInteger turn = new AtomicInteger();
    private final LongAdder fromReplica = new LongAdder();
    private final LongAdder fromPrimary = new LongAdder();
    private final Thread watch;
    private volatile long primaryAt;

    ReplicaSet(DataSource primary, List<Replica> replicas, Duration lagMax, Duration every) {
        this.primary = primary;
        this.replicas = List.copyOf(replicas);
        this.every = every;
        this.lag = new Lag(lagMax);
        this.watch =
                Thread.ofPlatform().name("concertina-replicas").daemon().unstarted(this::watch);
    }

    void start() {
        watch.start();
    }

    List<Replica> replicas() {
        return replicas;
    }

    long fromReplica() {
        return fromReplica.sum();
    }

    long fromPrimary() {
        return fromPrimary.sum();
    }

    /** How far behind a replica was at the last look, in bytes of the log. */
    long behind(Replica replica) {
        long replayed = replica.state().replayed();
        return replayed == Position.NONE ? 0 : Math.max(0, primaryAt - replayed);
    }

    @Override
    public Connection getConnection() throws SQLException {
        long needed = Freshness.current().needed(this::end);
        int first = turn.getAndIncrement();
        for (int i = 0; i < replicas.size(); i++) {
            var replica = replicas.get(Math.floorMod(first + i, replicas.size()));
            if (replica.isUsable() && replica.state().replayed() >= needed) {
                var connection = connection(replica, needed);
                if (connection.isPresent()) {
                    fromReplica.increment();
                    return connection.get();
                }
            }
        }
        fromPrimary.increment();
        return primary.getConnection();
    }

    private static Optional<Connection> connection(Replica replica, long needed) {
        try {
            return replica.connection(needed);
        } catch (SQLException e) {
            // The next look says whether it comes back.
            replica.state(Replica.State.out("SQL state " + e.getSQLState()));
            return Optional.empty();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return primary.getConnection(user, password);
    }

    /** Where the primary's log ends; whatever was committed stands before. */
    long end() {
        try (var connection = primary.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(END)) {
            rows.next();
            return Position.parse(rows.getString(1));
        } catch (SQLException e) {
            log.debug("the primary does not say where its log ends: {}", e.getMessage());
            return Position.UNKNOWN;
        }
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                look();
                TimeUnit.MILLISECONDS.sleep(every.toMillis());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.warn("replicas cannot be looked at", e);
            }
        }
    }

    private void look() {
        long end = end();
        if (end != Position.UNKNOWN) {
            primaryAt = end;
            lag.primaryAt(end, System.nanoTime());
        }
        for (var replica : replicas) {
            var before = replica.state();
            var now = look(replica);
            replica.state(now);
            if (!before.trouble().equals(now.trouble())) {
                now.trouble()
                        .ifPresentOrElse(
                                why -> log.warn("{} is left out: {}.", replica.name(), why),
                                () -> log.info("{} is read from.", replica.name()));
            }
        }
    }

    private Replica.State look(Replica replica) {
        try {
            var look = replica.look();
            if (!look.replica()) {
                return Replica.State.out("it is no replica, or not any more");
            }
            return lag.isTooFar(look, System.nanoTime())
                    ? new Replica.State(
                            look.replayed(),
                            Optional.of("it is further behind than concertina.database.lag-max"))
                    : new Replica.State(look.replayed(), Optional.empty());
        } catch (SQLException e) {
            return Replica.State.out("it does not answer (SQL state " + e.getSQLState() + ")");
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        replicas.forEach(Replica::close);
    }
}
