package dev.concertina.starter.job;

import dev.concertina.starter.job.JobSettings.Schema;
import dev.concertina.starter.request.UnusableStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables, made by the first instance that needs them while the others wait for it. */
final class JobSchema {
    static final int VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(JobSchema.class);

    /** The same for all tables of Concertina. */
    private static final long LOCK = 0x636f6e63657274L;

    private JobSchema() {}

    /**
     * @throws UnusableStoreException if somebody else should have made them and did not
     */
    static void ensure(Connection connection, Schema mode) throws SQLException {
        switch (mode) {
            case OFF -> {}
            case VALIDATE -> validate(connection);
            case CREATE -> {
                if (version(connection) < VERSION) {
                    create(connection);
                }
            }
        }
    }

    private static void validate(Connection connection) throws SQLException {
        int found = version(connection);
        if (found < VERSION) {
            throw new UnusableStoreException(
                    "The tables of jobs are of version "
                            + found
                            + ", but version "
                            + VERSION
                            + " is needed (concertina.job.schema=validate).",
                    "Run the file job/postgres-"
                            + VERSION
                            + ".sql of the starter, or set concertina.job.schema=create.");
        }
    }

    // What is newer was made by a newer release, which keeps what older ones need.
    private static int version(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var rows =
                    statement.executeQuery(
                            "select exists (select from pg_catalog.pg_tables"
                                    + " where tablename = 'concertina_schema'"
                                    + " and schemaname = any (current_schemas(false)))")) {
                if (!rows.next() || !rows.getBoolean(1)) {
                    return 0;
                }
            }
            try (var rows =
                    statement.executeQuery(
                            "select version from concertina_schema where part = 'job'")) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    private static void create(Connection connection) throws SQLException {
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
            for (int next = version(connection) + 1; next <= VERSION; next++) {
                statement.execute(file(next));
                log.info("The tables of jobs are made (version {}).", next);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(before);
        }
    }

    /** What makes a version of the one before; also for running it by hand. */
    static String file(int version) {
        try (var in = JobSchema.class.getResourceAsStream("postgres-" + version + ".sql")) {
            if (in == null) {
                throw new IllegalStateException("the starter lacks postgres-" + version + ".sql");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
