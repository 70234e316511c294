package dev.concertina.starter.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Counts rows, and moves dead letters back. */
final class PostgresDesk implements Desk {
    private static final String LETTER =
            "select id, type, payload, tenant, request, enqueued_at, died_at, attempts, error"
                    + " from concertina_job_dead";

    private static final String REQUEUE =
            """
            with gone as (delete from concertina_job_dead where %s returning *)
            insert into concertina_job (id, type, payload, tenant, request, enqueued_at)
            select id, type, payload, tenant, request, enqueued_at from gone
            """;

    private final Calls calls;

    PostgresDesk(DataSource own) {
        this.calls = new Calls(own);
    }

    @Override
    public Overview overview() {
        return calls.call(connection ->
                new Overview(
                        Calls.query(connection, JobSql.OVERVIEW, PostgresDesk::kind),
                        Calls.query(
                                connection,
                                "select id, instance, since, types from concertina_job_owner"
                                        + " where alive_until > clock_timestamp() order by id",
                                PostgresDesk::worker),
                        Calls.query(
                                connection,
                                "select name, schedule, next_at, last_at"
                                        + " from concertina_job_recurring order by name",
                                PostgresDesk::recurring)));
    }

    private static Kind kind(ResultSet row) throws SQLException {
        return new Kind(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                Duration.ofMillis((long) (row.getDouble(6) * 1000)),
                row.getBoolean(7));
    }

    private static Worker worker(ResultSet row) throws SQLException {
        return new Worker(
                row.getLong(1),
                row.getString(2),
                PostgresJobStore.instant(row, 3),
                Arrays.asList((String[]) row.getArray(4).getArray()));
    }

    private static Recurring recurring(ResultSet row) throws SQLException {
        return new Recurring(
                row.getString(1),
                row.getString(2),
                PostgresJobStore.instant(row, 3),
                Optional.ofNullable(row.getTimestamp(4)).map(java.sql.Timestamp::toInstant));
    }

    @Override
    public List<DeadLetter> dead(int max) {
        return calls.query(LETTER + " order by died_at desc limit ?", PostgresDesk::letter, max);
    }

    @Override
    public Optional<DeadLetter> dead(long id) {
        return calls.query(LETTER + " where id = ?", PostgresDesk::letter, id).stream().findFirst();
    }

    private static DeadLetter letter(ResultSet row) throws SQLException {
        return new DeadLetter(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                Optional.ofNullable(row.getString(4)),
                Optional.ofNullable(row.getString(5)),
                PostgresJobStore.instant(row, 6),
                PostgresJobStore.instant(row, 7),
                row.getInt(8),
                row.getString(9));
    }

    @Override
    public boolean requeue(long id) {
        return calls.update(REQUEUE.formatted("id = ?"), id) == 1;
    }

    @Override
    public int requeue(String type) {
        return calls.update(REQUEUE.formatted("type = ?"), type);
    }

    @Override
    public boolean discard(long id) {
        return calls.update("delete from concertina_job_dead where id = ?", id) == 1;
    }
}
