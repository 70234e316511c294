package dev.concertina.starter.session;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A small pool beside the application's, with the same address and user, so that a request that
 * holds a connection of the application never waits for itself.
 */
final class HikariSessions implements PostgresPool.OwnPool {
    private final HikariDataSource source;

    private HikariSessions(HikariConfig config, int connections, Duration timeout) {
        config.setPoolName("concertina-sessions");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(timeout.toMillis());
        config.setValidationTimeout(Duration.ofMillis(250).toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(true);
        config.setReadOnly(false);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setAllowPoolSuspension(false);
        config.setRegisterMbeans(false);
        if (config.getConnectionInitSql() == null) {
            // So that the server does not go on with what nobody waits for any more.
            config.setConnectionInitSql("set statement_timeout = " + timeout.toMillis());
        }
        if (config.getDataSource() == null) {
            // While a connection is made nobody has bounded it yet; seconds.
            config.addDataSourceProperty("connectTimeout", "2");
            config.addDataSourceProperty("loginTimeout", "2");
            config.addDataSourceProperty("socketTimeout", "5");
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty("ApplicationName", "concertina-sessions");
        }
        this.source = new HikariDataSource(config);
    }

    /** Empty when the application's is another kind of pool. */
    static Optional<PostgresPool.OwnPool> like(
            DataSource application, int connections, Duration timeout) {
        try {
            if (!application.isWrapperFor(HikariDataSource.class)) {
                return Optional.empty();
            }
            var config = new HikariConfig();
            application.unwrap(HikariDataSource.class).copyStateTo(config);
            return Optional.of(new HikariSessions(config, connections, timeout));
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    static PostgresPool.OwnPool of(
            String url,
            Optional<String> user,
            Optional<String> password,
            int connections,
            Duration timeout) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        user.ifPresent(config::setUsername);
        password.ifPresent(config::setPassword);
        return new HikariSessions(config, connections, timeout);
    }

    @Override
    public DataSource source() {
        return source;
    }

    @Override
    public void renew() {
        source.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        source.close();
    }
}
