package dev.concertina.starter.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A few connections beside the application's pool, with the same address and user, so that claims
 * and signs of life never wait behind requests and handlers.
 */
final class JobPool {
    /** What it takes to enqueue and to give hints. */
    static final int ENQUEUING = 1;

    private JobPool() {}

    /** Empty when the application's is another kind of pool. */
    static Optional<HikariDataSource> like(DataSource application) {
        try {
            if (!application.isWrapperFor(HikariDataSource.class)) {
                return Optional.empty();
            }
            var config = new HikariConfig();
            application.unwrap(HikariDataSource.class).copyStateTo(config);
            config.setPoolName("concertina-jobs");
            config.setMaximumPoolSize(ENQUEUING);
            config.setMinimumIdle(1);
            config.setConnectionTimeout(Duration.ofSeconds(2).toMillis());
            config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
            config.setInitializationFailTimeout(-1);
            config.setLeakDetectionThreshold(0);
            config.setAutoCommit(true);
            config.setReadOnly(false);
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
            config.setAllowPoolSuspension(false);
            config.setRegisterMbeans(false);
            if (config.getDataSource() == null) {
                // Seconds. Without them a server that is gone would be waited for for minutes.
                config.addDataSourceProperty("connectTimeout", "2");
                config.addDataSourceProperty("loginTimeout", "2");
                config.addDataSourceProperty("socketTimeout", "10");
                config.addDataSourceProperty("tcpKeepAlive", "true");
                config.addDataSourceProperty("ApplicationName", "concertina-jobs");
            }
            return Optional.of(new HikariDataSource(config));
        } catch (SQLException e) {
            return Optional.empty();
        }
    }
}
