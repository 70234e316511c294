package dev.concertina.starter.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.testing.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A schema of its own in the tests' PostgreSQL. */
final class JobDatabase implements AutoCloseable {
    private final String schema = "jobs_" + UUID.randomUUID().toString().replace("-", "");
    private final HikariDataSource source;

    JobDatabase(int connections) {
        try (var admin = new HikariDataSource(config(TestPostgres.shared().url(), 1))) {
            run(admin, "create schema " + schema);
        }
        this.source = new HikariDataSource(config(url(), connections));
    }

    private static HikariConfig config(String url, int connections) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        return config;
    }

    String url() {
        return TestPostgres.shared().url() + "&currentSchema=" + schema;
    }

    HikariDataSource source() {
        return source;
    }

    /** Makes the tables; the text may be changed before, to take a guard away. */
    JobDatabase prepared(UnaryOperator<String> change) {
        run(source, change.apply(JobSchema.TABLES.file(1)));
        return this;
    }

    void run(String sql) {
        run(source, sql);
    }

    private static void run(HikariDataSource source, String sql) {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    List<Long> numbers(String sql) {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var numbers = new ArrayList<Long>();
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
            return numbers;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    long number(String sql) {
        return numbers(sql).getFirst();
    }

    /** Everything that is written down happened so much earlier. */
    void pass(Duration time) {
        var by = " - interval '" + time.toMillis() + " milliseconds'";
        run("update concertina_job set due_at = due_at" + by + ", enqueued_at = enqueued_at" + by);
        run("update concertina_job_owner set alive_until = alive_until" + by);
        run("update concertina_job_rate set arrival = arrival" + by);
        run("update concertina_job_key set until = until" + by);
        run("update concertina_job_recurring set next_at = next_at" + by);
    }

    @Override
    public void close() {
        run(source, "drop schema " + schema + " cascade");
        source.close();
    }
}
