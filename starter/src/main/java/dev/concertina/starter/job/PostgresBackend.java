package dev.concertina.starter.job;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.request.UnusableStoreException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;

/** Opens the application's PostgreSQL as a place for jobs. */
final class PostgresBackend {
    private static final Logger log = LoggerFactory.getLogger(PostgresBackend.class);

    /** Not connected, no room, shutting down: that may pass. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

    private PostgresBackend() {}

    /** Whether the source is one of PostgreSQL. It is asked only if its address does not say so. */
    static boolean is(DataSource source) {
        try {
            if (source.isWrapperFor(HikariDataSource.class)) {
                var url = source.unwrap(HikariDataSource.class).getJdbcUrl();
                if (url != null) {
                    return url.startsWith("jdbc:postgresql:");
                }
            }
            try (var connection = source.getConnection()) {
                return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            }
        } catch (SQLException e) {
            log.warn("Nobody knows what kind of database there is: {}", e.getMessage());
            return false;
        }
    }

    static Backend open(
            DataSource application, PlatformTransactionManager manager, JobSettings settings) {
        var own = JobPool.like(application);
        var source = own.<DataSource>map(pool -> pool).orElse(application);
        var store =
                new PostgresJobStore(
                        application,
                        manager,
                        source,
                        JobSql.WHOLE,
                        settings,
                        () -> own.ifPresent(HikariDataSource::close)) {
                    @Override
                    public void listen(Runnable wake) {
                        own.ifPresent(pool -> pool.setMaximumPoolSize(settings.connections()));
                        super.listen(wake);
                    }
                };
        var prepared = new AtomicBoolean();
        return new Backend(
                "PostgreSQL",
                store,
                new PostgresDesk(source),
                () -> {
                    if (!prepared.get()) {
                        prepare(source, settings.schema());
                        prepared.set(true);
                    }
                });
    }

    private static void prepare(DataSource source, JobSettings.Schema schema) {
        try (var connection = source.getConnection()) {
            JobSchema.ensure(connection, schema);
        } catch (SQLException e) {
            var state = e.getSQLState();
            if (state == null || state.length() < 2 || AWAY.contains(state.substring(0, 2))) {
                throw Calls.outage(e);
            }
            throw new UnusableStoreException(
                    "The tables of jobs could not be made: " + e.getMessage(),
                    "Grant the right to create tables, or run the file job/postgres-"
                            + JobSchema.VERSION
                            + ".sql of the starter and set concertina.job.schema=validate.");
        }
    }
}
