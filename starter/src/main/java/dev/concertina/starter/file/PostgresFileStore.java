package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Files as rows of half a megabyte. Each is written and read by a statement of its own, so neither
 * a slow client nor a large file holds a connection, a transaction, or memory.
 */
final class PostgresFileStore implements FileStore {
    static final int CHUNK = 512 * 1024;

    private static final int CLEANED_AT_ONCE = 20;
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

    private static final String BEGIN =
            """
            insert into concertina_file (tenant, id, name, type, written_at)
            values (?, ?, ?, ?, now()) returning number
            """;
    private static final String WRITE =
            """
            with half as (
                update concertina_file set written_at = now()
                where number = ? and stored_at is null returning number)
            insert into concertina_file_chunk select number, ?, ? from half
            """;
    private static final String COMMIT =
            """
            update concertina_file set stored_at = ?, size = ?, sha256 = ?
            where number = ? and stored_at is null
            """;
    private static final String FORGET =
            "delete from concertina_file where number = ? and stored_at is null";
    private static final String FIND =
            """
            select name, type, size, sha256, stored_at from concertina_file
            where tenant = ? and id = ? and stored_at is not null
            """;
    private static final String NUMBER =
            """
            select number from concertina_file
            where tenant = ? and id = ? and stored_at is not null
            """;
    private static final String DELETE =
            "delete from concertina_file where tenant = ? and id = ? and stored_at is not null";
    // What another instance is removing is left to it.
    private static final String CLEAN =
            """
            delete from concertina_file where number in (
                select number from concertina_file
                where stored_at is null and written_at < ?
                order by written_at limit ? for update skip locked)
            """;

    private final DataSource source;
    private final FileSchema schema;

    PostgresFileStore(DataSource source, FileSchema schema) {
        this.source = source;
        this.schema = schema;
    }

    @Override
    public String kind() {
        return "postgres";
    }

    /** What one statement does. */
    interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    <T> T run(String sql, Work<T> work) {
        try (var connection = source.getConnection()) {
            schema.ensure(connection);
            T result;
            try (var statement = connection.prepareStatement(sql)) {
                result = work.with(statement);
            }
            commit(connection);
            return result;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static void commit(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    private static Outage failed(SQLException e) {
        var state = e.getSQLState();
        boolean away =
                e instanceof SQLTransientException
                        || (state != null
                                && state.length() > 2
                                && AWAY.contains(state.substring(0, 2)));
        return new Outage(
                "PostgreSQL "
                        + (away ? "does not answer" : "refused")
                        + " a file (SQLSTATE "
                        + state
                        + ")",
                e,
                away);
    }

    @Override
    public Writing begin(FileKey key, String name, String type) {
        long number =
                run(
                        BEGIN,
                        statement -> {
                            statement.setString(1, key.tenant());
                            statement.setString(2, key.id());
                            statement.setString(3, name);
                            statement.setString(4, type);
                            try (var rows = statement.executeQuery()) {
                                rows.next();
                                return rows.getLong(1);
                            }
                        });
        return new Half(number, key);
    }

    private final class Half implements Writing {
        private final long number;
        private final FileKey key;
        private final byte[] chunk = new byte[CHUNK];
        private int filled;
        private int chunks;
        private boolean committed;

        Half(long number, FileKey key) {
            this.number = number;
            this.key = key;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            int done = 0;
            while (done < count) {
                int taken = Math.min(count - done, CHUNK - filled);
                System.arraycopy(bytes, offset + done, chunk, filled, taken);
                filled += taken;
                done += taken;
                if (filled == CHUNK) {
                    flush();
                }
            }
        }

        private void flush() {
            if (filled == 0) {
                return;
            }
            int written =
                    run(
                            WRITE,
                            statement -> {
                                statement.setLong(1, number);
                                statement.setInt(2, chunks);
                                statement.setBinaryStream(
                                        3, new ByteArrayInputStream(chunk, 0, filled), filled);
                                return statement.executeUpdate();
                            });
            expectOne(written);
            chunks++;
            filled = 0;
        }

        private void expectOne(int rows) {
            if (rows != 1) {
                throw new IllegalStateException("the upload of file " + key.id() + " was given up");
            }
        }

        @Override
        public void commit(long size, String sha256, Instant at) {
            flush();
            int stored =
                    run(
                            COMMIT,
                            statement -> {
                                statement.setObject(1, at.atOffset(ZoneOffset.UTC));
                                statement.setLong(2, size);
                                statement.setString(3, sha256);
                                statement.setLong(4, number);
                                return statement.executeUpdate();
                            });
            expectOne(stored);
            committed = true;
        }

        @Override
        public void close() {
            if (committed) {
                return;
            }
            try {
                run(
                        FORGET,
                        statement -> {
                            statement.setLong(1, number);
                            return statement.executeUpdate();
                        });
            } catch (Outage e) {
                // Whoever cleans finds it.
                committed = false;
            }
        }
    }

    @Override
    public Optional<StoredFile> find(FileKey key) {
        return run(
                FIND,
                statement -> {
                    statement.setString(1, key.tenant());
                    statement.setString(2, key.id());
                    try (var rows = statement.executeQuery()) {
                        return rows.next()
                                ? Optional.of(
                                        new StoredFile(
                                                key.id(),
                                                rows.getString(1),
                                                rows.getString(2),
                                                rows.getLong(3),
                                                rows.getString(4),
                                                rows.getObject(5, OffsetDateTime.class)
                                                        .toInstant()))
                                : Optional.empty();
                    }
                });
    }

    @Override
    public Optional<InputStream> open(FileKey key, long from, long length) {
        return number(key).map(number -> new PostgresContent(this, number, from, length));
    }

    private Optional<Long> number(FileKey key) {
        return run(
                NUMBER,
                statement -> {
                    statement.setString(1, key.tenant());
                    statement.setString(2, key.id());
                    try (var rows = statement.executeQuery()) {
                        return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
                    }
                });
    }

    @Override
    public boolean delete(FileKey key) {
        int deleted =
                run(
                        DELETE,
                        statement -> {
                            statement.setString(1, key.tenant());
                            statement.setString(2, key.id());
                            return statement.executeUpdate();
                        });
        return deleted > 0;
    }

    @Override
    public int clean(Instant before) {
        return run(
                CLEAN,
                statement -> {
                    statement.setObject(1, before.atOffset(ZoneOffset.UTC));
                    statement.setInt(2, CLEANED_AT_ONCE);
                    return statement.executeUpdate();
                });
    }

    @Override
    public void check() {
        run("select 1", PreparedStatement::execute);
    }
}
