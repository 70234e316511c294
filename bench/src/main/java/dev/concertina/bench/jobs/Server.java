package dev.concertina.bench.jobs;

import dev.concertina.bench.Program;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;

/** The one PostgreSQL of those who use one, and what it has done so far. */
final class Server {
    private final Connection connection;
    private final ProcessHandle postmaster;

    Server(EmbeddedPostgres postgres) throws SQLException {
        this.connection = postgres.getPostgresDatabase().getConnection();
        this.postmaster =
                ProcessHandle.of(backend())
                        .flatMap(ProcessHandle::parent)
                        .orElseThrow(() -> new IllegalStateException("no such backend"));
    }

    private long backend() throws SQLException {
        return number("select pg_backend_pid()");
    }

    /**
     * @param cpuSeconds user and system time of all its processes
     * @param walBytes written ahead
     */
    record Done(double cpuSeconds, long walBytes) {
        Done since(Done before) {
            return new Done(cpuSeconds - before.cpuSeconds, walBytes - before.walBytes);
        }
    }

    Done done() throws SQLException {
        return new Done(
                Program.cpuSecondsOfTree(postmaster),
                number("select pg_current_wal_insert_lsn() - '0/0'"));
    }

    /** What the turn before left to be written and tidied up must not be paid by the next. */
    void settle() throws SQLException, InterruptedException {
        while (number(
                        "select count(*) from pg_stat_activity where backend_type = 'autovacuum worker'")
                > 0) {
            Thread.sleep(50);
        }
        try (var statement = connection.createStatement()) {
            statement.execute("checkpoint");
        }
    }

    private long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
