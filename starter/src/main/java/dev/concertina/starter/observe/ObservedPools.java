package dev.concertina.starter.observe;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.function.SingletonSupplier;

/**
 * Observes what a HikariCP pool's connections execute. It stands between pool and driver: the
 * application's bean stays what it is, and a connection is dressed once, not at every loan.
 */
final class ObservedPools implements BeanPostProcessor {
    private final ObservedStatements statements;

    ObservedPools(ObservedStatements statements) {
        this.statements = statements;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        // A pool that has begun, or that was given a source, is the application's own affair.
        if (bean instanceof HikariDataSource pool
                && pool.getJdbcUrl() != null
                && pool.getDataSource() == null
                && pool.getDataSourceClassName() == null
                && pool.getHikariPoolMXBean() == null) {
            pool.setDataSource(new Observed(pool));
        }
        return bean;
    }

    private static DataSource driver(HikariDataSource pool) {
        return new DriverDataSource(
                pool.getJdbcUrl(),
                pool.getDriverClassName(),
                pool.getDataSourceProperties(),
                pool.getUsername(),
                pool.getPassword());
    }

    /** Finds its driver when the pool begins, as the pool itself would have. */
    private final class Observed extends DelegatingDataSource {
        private final Supplier<DataSource> driver;

        Observed(HikariDataSource pool) {
            this.driver = SingletonSupplier.of(() -> driver(pool));
        }

        @Override
        protected DataSource obtainTargetDataSource() {
            return driver.get();
        }

        @Override
        public Connection getConnection() throws SQLException {
            return statements.around(super.getConnection());
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return statements.around(super.getConnection(user, password));
        }
    }
}
