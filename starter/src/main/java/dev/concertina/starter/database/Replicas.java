package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.database.DatabasePools.ReplicaSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Makes the replicas' pools when the primary's is there, and ends them with the application. */
final class Replicas implements ReplicaSource, AutoCloseable {
    private final DatabaseSettings settings;
    private final UnaryOperator<HikariDataSource> dressed;
    private volatile Optional<ReplicaSet> set = Optional.empty();

    Replicas(DatabaseSettings settings, UnaryOperator<HikariDataSource> dressed) {
        this.settings = settings;
        this.dressed = dressed;
    }

    @Override
    public boolean areThere() {
        return !settings.replicas().isEmpty();
    }

    @Override
    public ReplicaSet of(DataSource primary, HikariDataSource pool) {
        var made =
                new ReplicaSet(
                        primary,
                        new ReplicaPools(settings, dressed).like(pool),
                        settings.lagMax(),
                        settings.watch());
        set = Optional.of(made);
        made.start();
        return made;
    }

    ReplicaSet set() {
        return set.orElseThrow(() -> new IllegalStateException("there is no DataSource yet"));
    }

    @Override
    public void close() {
        set.ifPresent(ReplicaSet::close);
    }
}
