package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/**
 * Shapes the pool named {@code dataSource}, and puts the choice between primary and replicas before
 * it where there are replicas.
 */
final class DatabasePools implements BeanPostProcessor {
    private static final Logger log = LoggerFactory.getLogger(DatabasePools.class);
    private static final String NAME = "dataSource";

    private final Supplier<PoolShape> shape;
    private final Supplier<ReplicaSource> replicas;

    /** Makes what chooses, once the primary is there; gives nothing back without replicas. */
    interface ReplicaSource {
        boolean areThere();

        ReplicaSet of(DataSource primary, HikariDataSource pool);
    }

    DatabasePools(Supplier<PoolShape> shape, Supplier<ReplicaSource> replicas) {
        this.shape = shape;
        this.replicas = replicas;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool && name.equals(NAME)) {
            if (pool.isRunning()) {
                log.warn(
                        "The pool '{}' was started where it was made and keeps its size of {}."
                                + " To have it fit the database, make it without starting it.",
                        NAME,
                        pool.getMaximumPoolSize());
            } else {
                shape.get().give(pool);
            }
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!name.equals(NAME) || !(bean instanceof DataSource source)) {
            return bean;
        }
        var found = replicas.get();
        return found.areThere() ? chosen(source, found) : bean;
    }

    private static DataSource chosen(DataSource source, ReplicaSource replicas) {
        var primary =
                source instanceof LazyConnectionDataSourceProxy lazy
                                && lazy.getTargetDataSource() != null
                        ? lazy.getTargetDataSource()
                        : source;
        try {
            if (!primary.isWrapperFor(HikariDataSource.class)) {
                throw new BeanCreationException(
                        NAME, "concertina.database.replicas needs a HikariCP pool beside them.");
            }
            var pool = primary.unwrap(HikariDataSource.class);
            // The connection of a transaction is not chosen before its first statement: until then
            // nobody knows whether it only reads.
            var chosen = new LazyConnectionDataSourceProxy();
            chosen.setTargetDataSource(new WatchedPrimary(primary));
            chosen.setReadOnlyDataSource(replicas.of(primary, pool));
            // So that no connection is made to find out.
            chosen.setDefaultAutoCommit(pool.isAutoCommit());
            chosen.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            chosen.afterPropertiesSet();
            return chosen;
        } catch (SQLException e) {
            throw new BeanCreationException(NAME, "the pool cannot be found behind it", e);
        }
    }
}
