package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Tenant;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Jobs in the application's database. They are enqueued, and run, on the application's own
 * connections, so that they share its transactions; everything else goes through a few of our own.
 */
class PostgresJobStore implements JobStore {
    private final DataSource application;
    private final TransactionTemplate transaction;
    private final Calls calls;
    private final JobSql sql;
    private final Duration deadAfter;
    private final Duration keys;
    private final PostgresHints hints;
    private final Runnable close;

    /**
     * @param manager whose transactions are on connections of the application's source
     * @param own connections for everything but the application's transactions
     * @param close ends what was opened for this
     */
    PostgresJobStore(
            DataSource application,
            PlatformTransactionManager manager,
            DataSource own,
            JobSql sql,
            JobSettings settings,
            Runnable close) {
        this.application = application;
        this.transaction = new TransactionTemplate(manager);
        transaction.setName("concertina job");
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.calls = new Calls(own);
        this.sql = sql;
        this.deadAfter = settings.deadAfter();
        this.keys = settings.keys();
        this.hints = new PostgresHints(own);
        this.close = close;
    }

    // A caller that has set a schema, a role or a time-out gets what it set: it is its connection.
    @Override
    public List<Enqueued> enqueue(List<NewJob> jobs) {
        var connection = DataSourceUtils.getConnection(application);
        try {
            if (jobs.size() > 1 && jobs.stream().allMatch(job -> job.key().isEmpty())) {
                return all(connection, jobs);
            }
            var done = new ArrayList<Enqueued>();
            for (var job : jobs) {
                done.add(
                        job.key().isPresent()
                                ? once(connection, job, job.key().get())
                                : one(connection, job));
            }
            return done;
        } catch (SQLException e) {
            throw Calls.outage(e);
        } finally {
            DataSourceUtils.releaseConnection(connection, application);
        }
    }

    private static Enqueued one(Connection connection, NewJob job) throws SQLException {
        return Calls.first(
                        connection,
                        JobSql.ENQUEUE_ONE,
                        row -> new Enqueued(row.getLong(1), true),
                        job.type(),
                        job.payload(),
                        tenant(job),
                        job.request().orElse(null),
                        at(job),
                        wait(job))
                .orElseThrow();
    }

    private Enqueued once(Connection connection, NewJob job, String key) throws SQLException {
        var owner = job.tenant().map(Tenant::id).orElse("");
        var added =
                Calls.first(
                        connection,
                        JobSql.ENQUEUE_ONCE,
                        row -> new Enqueued(row.getLong(1), true),
                        owner,
                        job.type(),
                        key,
                        keys.toMillis(),
                        job.type(),
                        job.payload(),
                        tenant(job),
                        job.request().orElse(null),
                        at(job),
                        wait(job));
        if (added.isPresent()) {
            return added.get();
        }
        return Calls.first(
                        connection,
                        JobSql.KNOWN,
                        row -> new Enqueued(row.getLong(1), false),
                        owner,
                        job.type(),
                        key)
                .orElseThrow(() -> new Outage("the key went away while it was looked up", null));
    }

    private static List<Enqueued> all(Connection connection, List<NewJob> jobs)
            throws SQLException {
        var ids =
                Calls.query(
                        connection,
                        JobSql.ENQUEUE,
                        row -> row.getLong(1),
                        jobs.stream().map(NewJob::type).toArray(String[]::new),
                        jobs.stream().map(NewJob::payload).toArray(String[]::new),
                        jobs.stream().map(PostgresJobStore::tenant).toArray(String[]::new),
                        jobs.stream().map(job -> job.request().orElse(null)).toArray(String[]::new),
                        jobs.stream().mapToLong(PostgresJobStore::wait).toArray(),
                        jobs.stream().map(PostgresJobStore::at).toArray(String[]::new));
        return ids.stream().sorted().map(id -> new Enqueued(id, true)).toList();
    }

    private static @Nullable String tenant(NewJob job) {
        return job.tenant().map(Tenant::id).orElse(null);
    }

    private static @Nullable String at(NewJob job) {
        return job.due() instanceof Job.Due.At at ? at.instant().toString() : null;
    }

    private static long wait(NewJob job) {
        return job.due() instanceof Job.Due.After after ? after.delay().toMillis() : 0;
    }

    @Override
    public long join(String instance, Collection<String> types) {
        return calls.query(
                        "insert into concertina_job_owner (instance, types, alive_until) values (?, ?,"
                                + " clock_timestamp() + ? * interval '1 millisecond') returning id",
                        row -> row.getLong(1),
                        instance,
                        types.toArray(String[]::new),
                        deadAfter.toMillis())
                .getFirst();
    }

    @Override
    public boolean renew(long owner) {
        return calls.update(
                        "update concertina_job_owner set alive_until = clock_timestamp()"
                                + " + ? * interval '1 millisecond'"
                                + " where id = ? and alive_until > clock_timestamp() and not swept",
                        deadAfter.toMillis(),
                        owner)
                == 1;
    }

    @Override
    public void leave(long owner) {
        calls.update(
                "update concertina_job_owner o set alive_until = clock_timestamp(), swept ="
                        + " not exists (select from concertina_job j where j.owner = o.id)"
                        + " where o.id = ?",
                owner);
    }

    @Override
    public Taken claim(long owner, List<Lane> lanes) {
        var types = new ArrayList<String>();
        var typeLanes = new ArrayList<Integer>();
        for (int i = 0; i < lanes.size(); i++) {
            for (var type : lanes.get(i).types()) {
                types.add(type);
                typeLanes.add(i + 1);
            }
        }
        var claims = new ArrayList<Claim>();
        var again = new long[] {-1};
        calls.query(
                JobSql.CLAIM,
                row -> {
                    long id = row.getLong(1);
                    if (row.wasNull()) {
                        long micros = row.getLong(11);
                        again[0] = row.wasNull() ? -1 : micros;
                    } else {
                        claims.add(claim(id, row));
                    }
                    return id;
                },
                owner,
                lanes.stream().map(Lane::queue).toArray(String[]::new),
                lanes.stream().mapToInt(Lane::room).toArray(),
                lanes.stream().mapToLong(l -> l.pace().map(Pace::step).orElse(0L)).toArray(),
                lanes.stream().mapToLong(l -> l.pace().map(Pace::burst).orElse(1L)).toArray(),
                types.toArray(String[]::new),
                typeLanes.stream().mapToInt(Integer::intValue).toArray());
        claims.sort(Comparator.comparing(Claim::dueAt).thenComparingLong(Claim::id));
        return new Taken(
                claims,
                again[0] < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(again[0] * 1000)));
    }

    private static Claim claim(long id, ResultSet row) throws SQLException {
        return new Claim(
                id,
                row.getInt(2) - 1,
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getString(5)).flatMap(Tenant::parse),
                Optional.ofNullable(row.getString(6)),
                instant(row, 7),
                instant(row, 8),
                row.getInt(9),
                row.getLong(10));
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public boolean run(Claim claim, Runnable body) {
        return Boolean.TRUE.equals(
                transaction.execute(status -> {
                    if (!ended(claim)) {
                        status.setRollbackOnly();
                        return false;
                    }
                    body.run();
                    return true;
                }));
    }

    private boolean ended(Claim claim) {
        var connection = DataSourceUtils.getConnection(application);
        try (var statement = connection.prepareStatement(sql.guard())) {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException(
                        "The transaction manager does not manage the DataSource of jobs, so their"
                                + " effects would not be theirs. Use one for both, or set"
                                + " transactional = false at the handler of "
                                + claim.type()
                                + ".");
            }
            statement.setLong(1, claim.id());
            statement.setLong(2, claim.fence());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw Calls.outage(e);
        } finally {
            DataSourceUtils.releaseConnection(connection, application);
        }
    }

    @Override
    public void end(List<Ending> endings) {
        var done = endings.stream().filter(Ending.Done.class::isInstance).toList();
        if (!done.isEmpty()) {
            calls.update(sql.done(), ids(done), fences(done));
        }
        fenced(sql.again(), endings, Ending.Again.class);
        fenced(sql.back(), endings, Ending.Back.class);
        fenced(sql.dead(), endings, Ending.Dead.class);
    }

    private void fenced(String statement, List<Ending> all, Class<? extends Ending> kind) {
        var endings = all.stream().filter(kind::isInstance).toList();
        if (endings.isEmpty()) {
            return;
        }
        calls.update(
                statement,
                ids(endings),
                fences(endings),
                endings.stream().mapToLong(PostgresJobStore::millis).toArray(),
                endings.stream().map(PostgresJobStore::error).toArray(String[]::new));
    }

    private static long[] ids(List<Ending> endings) {
        return endings.stream().mapToLong(ending -> ending.claim().id()).toArray();
    }

    private static long[] fences(List<Ending> endings) {
        return endings.stream().mapToLong(ending -> ending.claim().fence()).toArray();
    }

    private static long millis(Ending ending) {
        return switch (ending) {
            case Ending.Again again -> again.delay().toMillis();
            case Ending.Back back -> back.delay().toMillis();
            case Ending.Done done -> 0;
            case Ending.Dead dead -> 0;
        };
    }

    // A zero octet is no text to PostgreSQL.
    private static String error(Ending ending) {
        var text =
                switch (ending) {
                    case Ending.Again again -> again.error();
                    case Ending.Back back -> back.reason();
                    case Ending.Dead dead -> dead.error();
                    case Ending.Done done -> "";
                };
        return text.replace('\0', ' ');
    }

    @Override
    public void keepOnly(long owner, Collection<Long> fences) {
        calls.update(
                "update concertina_job set owner = null, attempts = attempts - 1"
                        + " where owner = ? and not (fence = any (?::bigint[]))",
                owner,
                fences.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public List<Rescued> rescue(int lostMax, Retry wait) {
        return calls.query(
                "select * from concertina_job_rescue_1(?, ?, ?)",
                row -> new Rescued(row.getString(1), row.getInt(2), row.getInt(3)),
                lostMax,
                wait.first().toMillis(),
                wait.max().toMillis());
    }

    @Override
    public Instant now() {
        return calls.query("select clock_timestamp()", row -> instant(row, 1)).getFirst();
    }

    @Override
    public void plan(String name, String schedule, Instant next) {
        calls.update(
                "insert into concertina_job_recurring as r (name, schedule, next_at)"
                        + " values (?, ?, ?) on conflict (name) do update set"
                        + " schedule = excluded.schedule, next_at = excluded.next_at"
                        + " where r.schedule <> excluded.schedule",
                name,
                schedule,
                next);
    }

    @Override
    public Map<String, Instant> due(Map<String, String> schedules) {
        var due = new HashMap<String, Instant>();
        calls.query(
                "select name, schedule, next_at from concertina_job_recurring",
                row -> {
                    if (row.getString(2).equals(schedules.get(row.getString(1)))) {
                        due.put(row.getString(1), instant(row, 3));
                    }
                    return true;
                });
        return due;
    }

    @Override
    public boolean tick(String name, String schedule, Instant expected, Instant next) {
        return calls.update(JobSql.TICK, next, name, schedule, expected, name, name) == 1;
    }

    @Override
    public void pause(String name, Duration pause) {
        var connection = DataSourceUtils.getConnection(application);
        try (var statement =
                connection.prepareStatement(
                        "update concertina_job_recurring set next_at = clock_timestamp()"
                                + " + ? * interval '1 millisecond' where name = ?")) {
            Calls.set(statement, pause.toMillis(), name);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw Calls.outage(e);
        } finally {
            DataSourceUtils.releaseConnection(connection, application);
        }
    }

    @Override
    public void clean() {
        calls.update(
                "delete from concertina_job_key where ctid = any (array(select k.ctid from"
                        + " concertina_job_key k where k.until < clock_timestamp() limit 5000))");
    }

    @Override
    public void hint() {
        hints.give();
    }

    @Override
    public void listen(Runnable wake) {
        hints.listen(wake);
    }

    @Override
    public void close() {
        hints.close();
        close.run();
    }
}
