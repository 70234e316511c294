package dev.concertina.starter.file;

import dev.concertina.starter.file.FileSettings.Schema;
import dev.concertina.starter.request.UnusableStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of files, made by the first instance that needs them while the others wait for it. */
final class FileSchema {
    static final int VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(FileSchema.class);

    /** The same as for sessions: both make the table of versions. */
    private static final long LOCK = 0x636f6e63657274L;

    private final Schema mode;
    private volatile boolean ready;

    FileSchema(Schema mode) {
        this.mode = mode;
        this.ready = mode == Schema.OFF;
    }

    /**
     * @throws UnusableStoreException if somebody else should have made them and did not
     */
    void ensure(Connection connection) throws SQLException {
        if (ready) {
            return;
        }
        int found = version(connection);
        if (found < VERSION) {
            if (mode == Schema.VALIDATE) {
                throw new UnusableStoreException(
                        "The tables of files are of version "
                                + found
                                + ", but version "
                                + VERSION
                                + " is needed (concertina.file.schema=validate).",
                        "Run the file postgres-"
                                + VERSION
                                + ".sql of the starter, or set concertina.file.schema=create.");
            }
            create(connection);
        }
        ready = true;
    }

    // The catalog is read as a table: its cache may not know yet what another instance just made.
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
                            "select version from concertina_schema where part = 'file'")) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    private static void create(Connection connection) throws SQLException {
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = '4s'");
            statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
            for (int next = version(connection) + 1; next <= VERSION; next++) {
                statement.execute(file(next));
                log.info("The tables of files are made (version {}).", next);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(before);
        }
    }

    private static String file(int version) {
        try (var in = FileSchema.class.getResourceAsStream("postgres-" + version + ".sql")) {
            if (in == null) {
                throw new IllegalStateException("the starter lacks postgres-" + version + ".sql");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
