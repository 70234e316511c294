package dev.concertina.starter.request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one feature in a PostgreSQL, made by the first instance that needs them while the
 * others wait for it. What is newer was made by a newer release, which keeps what older ones need.
 *
 * @param part the feature, as the table of versions and the keys of settings have it
 * @param of what is in them, for messages
 * @param version that is needed
 * @param home beside which lie the files that make a version of the one before
 */
public record PostgresTables(String part, String of, int version, Class<?> home) {
    private static final Logger log = LoggerFactory.getLogger(PostgresTables.class);

    /** The same for all features, since they share the table of versions. */
    private static final long LOCK = 0x636f6e63657274L;

    /**
     * Says whether somebody else has made them.
     *
     * @throws UnusableStoreException if not
     */
    public void validate(Connection connection) throws SQLException {
        int found = found(connection);
        if (found < version) {
            throw new UnusableStoreException(
                    "The tables of "
                            + of
                            + " are of version "
                            + found
                            + ", but version "
                            + version
                            + " is needed (concertina."
                            + part
                            + ".schema=validate).",
                    "Run the file "
                            + part
                            + "/"
                            + name(version)
                            + " of the starter, or set concertina."
                            + part
                            + ".schema=create.");
        }
    }

    /** Makes what is missing. It waits for others who do for at most 4 s. */
    public void create(Connection connection) throws SQLException {
        if (found(connection) >= version) {
            return;
        }
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = '4s'");
            statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
            for (int next = found(connection) + 1; next <= version; next++) {
                statement.execute(file(next));
                log.info("The tables of {} are made (version {}).", of, next);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(before);
        }
    }

    // The catalog is read as a table: its cache may not know yet what another instance just made.
    private int found(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select exists (select from pg_catalog.pg_tables"
                                        + " where tablename = 'concertina_schema'"
                                        + " and schemaname = any (current_schemas(false)))")) {
            if (!rows.next() || !rows.getBoolean(1)) {
                return 0;
            }
        }
        try (var statement =
                connection.prepareStatement(
                        "select version from concertina_schema where part = ?")) {
            statement.setString(1, part);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    /** What makes a version of the one before; also for running it by hand. */
    public String file(int version) {
        try (var in = home.getResourceAsStream(name(version))) {
            if (in == null) {
                throw new IllegalStateException("the starter lacks " + part + "/" + name(version));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(int version) {
        return "postgres-" + version + ".sql";
    }
}
