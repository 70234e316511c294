package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A pool for each replica, like the primary's. A replica may not take fewer than its primary. */
final class ReplicaPools {
    private static final Duration WAIT_MOST = Duration.ofSeconds(1);

    private final DatabaseSettings settings;
    private final UnaryOperator<HikariDataSource> dressed;

    /**
     * @param dressed what else is done to a pool before it begins, such as observing it
     */
    ReplicaPools(DatabaseSettings settings, UnaryOperator<HikariDataSource> dressed) {
        this.settings = settings;
        this.dressed = dressed;
    }

    List<Replica> like(HikariDataSource primary) {
        var replicas = new ArrayList<Replica>();
        for (int i = 0; i < settings.replicas().size(); i++) {
            var address = ReplicaAddress.parse(settings.replicas().get(i), i);
            replicas.add(new Replica(address.name(), dressed.apply(pool(primary, address, i + 1))));
        }
        return replicas;
    }

    private static HikariDataSource pool(
            HikariDataSource primary, ReplicaAddress address, int number) {
        var pool = new HikariDataSource();
        pool.setPoolName("replica-" + number);
        pool.setJdbcUrl(address.url());
        setIfThere(address.user().orElse(primary.getUsername()), pool, HikariConfig::setUsername);
        setIfThere(
                address.password().orElse(primary.getPassword()), pool, HikariConfig::setPassword);
        pool.setMaximumPoolSize(primary.getMaximumPoolSize());
        pool.setMinimumIdle(Math.min(1, primary.getMinimumIdle()));
        pool.setIdleTimeout(primary.getIdleTimeout());
        // The primary is there for whoever does not get one.
        pool.setConnectionTimeout(Math.min(primary.getConnectionTimeout(), WAIT_MOST.toMillis()));
        pool.setValidationTimeout(500);
        pool.setInitializationFailTimeout(-1);
        pool.setReadOnly(true);
        pool.addDataSourceProperty("connectTimeout", "2");
        pool.addDataSourceProperty("loginTimeout", "2");
        return pool;
    }

    private static void setIfThere(
            @Nullable String value,
            HikariDataSource pool,
            BiConsumer<HikariConfig, String> setter) {
        if (value != null) {
            setter.accept(pool, value);
        }
    }
}
