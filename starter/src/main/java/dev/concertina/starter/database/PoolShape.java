package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.contract.Env;
import dev.concertina.starter.database.DatabaseSettings.Shortage;
import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.instance.DatabaseConnections;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Gives a pool its times and its size before it makes its first connection. */
final class PoolShape {
    static final int POOL = 10;

    private static final Logger log = LoggerFactory.getLogger(PoolShape.class);
    private static final String SPRING = "spring.datasource.hikari.";
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final DatabaseSettings settings;
    private final List<DatabaseConnections> others;
    private final Environment environment;

    PoolShape(
            DatabaseSettings settings, List<DatabaseConnections> others, Environment environment) {
        this.settings = settings;
        this.others = others;
        this.environment = environment;
    }

    void give(HikariDataSource pool) {
        set(
                settings.patience(),
                "connection-timeout",
                Duration.ofSeconds(10),
                patience -> pool.setConnectionTimeout(patience.toMillis()));
        set(
                settings.idle(),
                "idle-timeout",
                Duration.ofMinutes(1),
                idle -> pool.setIdleTimeout(idle.toMillis()));
        connectTimeout(pool);
        set(settings.pool(), "maximum-pool-size", POOL, pool::setMaximumPoolSize);
        if (isPostgres(pool) && settings.budget() != Shortage.OFF) {
            fit(pool);
        }
        set(
                settings.poolMin(),
                "minimum-idle",
                Budget.LEAST,
                least -> pool.setMinimumIdle(Math.min(least, pool.getMaximumPoolSize())));
    }

    private <T> void set(Optional<T> ours, String key, T otherwise, Consumer<T> setter) {
        if (ours.isPresent() || !isSpringsOwn(key)) {
            setter.accept(ours.orElse(otherwise));
        }
    }

    private boolean isSpringsOwn(String key) {
        return Binder.get(environment).bind(SPRING + key, String.class).isBound();
    }

    private void connectTimeout(HikariDataSource pool) {
        var url = String.valueOf(pool.getJdbcUrl());
        boolean given =
                url.contains("connectTimeout=")
                        || pool.getDataSourceProperties().containsKey("connectTimeout");
        if (isPostgres(pool) && (settings.connectTimeout().isPresent() || !given)) {
            var seconds = settings.connectTimeout().orElse(Duration.ofSeconds(15)).toSeconds();
            pool.addDataSourceProperty("connectTimeout", Long.toString(seconds));
            pool.addDataSourceProperty("loginTimeout", Long.toString(seconds));
        }
    }

    private static boolean isPostgres(HikariDataSource pool) {
        return pool.getJdbcUrl() != null && pool.getJdbcUrl().startsWith("jdbc:postgresql:");
    }

    private boolean isSizeGiven() {
        return settings.pool().isPresent() || isSpringsOwn("maximum-pool-size");
    }

    private void fit(HikariDataSource pool) {
        try {
            fit(pool, budget(pool));
        } catch (SQLException e) {
            log.warn(
                    "The database cannot be asked how many connections it takes (SQLSTATE {});"
                            + " it is asked again until it answers.",
                    e.getSQLState());
            if (!isSizeGiven()) {
                // The least, until it is known how many there may be.
                pool.setMaximumPoolSize(Budget.LEAST);
            }
            Thread.ofVirtual().name("concertina-database-budget").start(() -> fitLater(pool));
        }
    }

    private Budget budget(HikariDataSource pool) throws SQLException {
        try (var connection = connect(pool)) {
            int instances =
                    settings.instances()
                            .orElseGet(() ->
                                    environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1));
            return new Budget(
                    ServerRoom.ask(connection), settings.spare(), Math.max(1, instances), others);
        }
    }

    // Before the pool has any, so that this instance does not exceed its share meanwhile.
    private static Connection connect(HikariDataSource pool) throws SQLException {
        var properties = new Properties();
        properties.putAll(pool.getDataSourceProperties());
        if (pool.getUsername() != null) {
            properties.setProperty("user", pool.getUsername());
        }
        if (pool.getPassword() != null) {
            properties.setProperty("password", pool.getPassword());
        }
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "5");
        return DriverManager.getConnection(pool.getJdbcUrl(), properties);
    }

    private void fit(HikariDataSource pool, Budget budget) {
        int size = pool.getMaximumPoolSize();
        if (!isSizeGiven() && budget.pool() >= Budget.LEAST) {
            int fitting = Math.min(POOL, budget.pool());
            pool.setMaximumPoolSize(fitting);
            if (fitting < POOL) {
                log.info("The pool has {} connections: {}.", fitting, budget.sum());
            }
        } else if (!budget.fits(isSizeGiven() ? size : Budget.LEAST)) {
            exceeded(isSizeGiven() ? size : Budget.LEAST, budget);
        }
    }

    private void exceeded(int size, Budget budget) {
        var what =
                "A pool of "
                        + size
                        + " (concertina.database.pool) does not fit: "
                        + budget.sum()
                        + ".";
        var next =
                (budget.pool() >= 1
                                ? "Set concertina.database.pool to " + budget.pool() + ", or run"
                                : "Run")
                        + " fewer instances, or raise the server's limit."
                        + " concertina.database.budget=warn starts all the same.";
        if (settings.budget() == Shortage.REFUSE) {
            throw new BadSetting(what, next);
        }
        log.warn("{} {}", what, next);
    }

    private void fitLater(HikariDataSource pool) {
        while (!pool.isClosed()) {
            try {
                TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
                var budget = budget(pool);
                fit(pool, budget);
                return;
            } catch (SQLException e) {
                log.debug("not yet: {}", e.getMessage());
            } catch (BadSetting e) {
                // It runs already, and may go on running.
                log.error(e.getMessage());
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
