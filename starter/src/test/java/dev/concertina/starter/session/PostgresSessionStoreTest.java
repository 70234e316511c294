package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UnusableStoreException;
import dev.concertina.starter.session.PostgresSettings.Schema;
import dev.concertina.starter.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresSessionStoreTest extends SessionStoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Postgres postgres = open(TestPostgres.shared().url());
    private static final Connection admin = admin();

    private final SessionStore store = new PostgresSessionStore(postgres, LIFETIME);

    static Postgres open(String url) {
        var pool = HikariSessions.of(url, Optional.empty(), Optional.empty(), 20, PATIENCE);
        return new Postgres(new PostgresPool(pool), new PostgresSchema(Schema.CREATE), PATIENCE);
    }

    private static Connection admin() {
        try {
            return DriverManager.getConnection(TestPostgres.shared().url());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void disconnect() throws SQLException {
        admin.close();
        postgres.close();
    }

    @Override
    SessionStore store() {
        return store;
    }

    // The server's clock cannot be moved, so what it wrote down is moved back instead.
    @Override
    void pass(SessionKey key, Duration time) {
        var millis = "interval '" + time.toMillis() + " milliseconds'";
        run(
                "update concertina_session set accessed_at = accessed_at - %1$s,".formatted(millis)
                        + " ends_at = ends_at - %1$s, look_at = look_at - %1$s where id = '%2$s'"
                                .formatted(millis, key));
    }

    private static void run(String sql) {
        try (var statement = admin.createStatement()) {
            var unused = statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long number(String sql) {
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : -1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long rows(String table, SessionKey key) {
        return number("select count(*) from " + table + " where id = '" + key + "'");
    }

    @Test
    void nothingIsLeftOfWhatNobodyWasToldOfInTime() {
        var id = SessionId.random();
        store.save(id.key(), creation(Map.of("a", "1")));
        var to = id.successor().key();
        store.save(id.key(), move(to));
        var alive = SessionId.random().key();
        store.save(alive, creation(Map.of()));
        pass(to, IDLE.plus(SessionStore.GRACE).plusSeconds(1));
        run("update concertina_session_moved set ends_at = now() - interval '1 second'");
        var cleaner = new PostgresSessionStore(postgres, LIFETIME);
        while (cleaner.clean(100)) {
            // Until there is no more.
        }
        assertThat(rows("concertina_session", to)).isZero();
        assertThat(rows("concertina_session_moved", id.key())).isZero();
        assertThat(rows("concertina_session", alive)).isEqualTo(1);
        assertThat(
                        number(
                                "select count(*) from concertina_session_attribute where session not in"
                                        + " (select number from concertina_session)"))
                .isZero();
    }

    @Test
    void whatIsOldButAliveIsLookedAtOnceAndNotAgain() {
        var key = SessionId.random().key();
        store.save(key, creation(Map.of()));
        run(
                "update concertina_session set look_at = now() - interval '2 days' where id = '"
                        + key
                        + "'");
        var cleaner = new PostgresSessionStore(postgres, LIFETIME);
        while (cleaner.clean(100)) {
            // Until there is no more.
        }
        assertThat(
                        number(
                                "select count(*) from concertina_session where look_at > now() and id = '"
                                        + key
                                        + "'"))
                .isEqualTo(1);
    }

    @Test
    void anAccessIsAHotUpdate() {
        var key = SessionId.random().key();
        store.save(key, creation(Map.of()));
        // Of its own transaction, so that statistics are written when it ends.
        var hot =
                "select n_tup_hot_upd from pg_stat_xact_user_tables where relname = 'concertina_session'";
        try {
            admin.setAutoCommit(false);
            long before = number(hot);
            run(
                    "update concertina_session set accessed_at = statement_timestamp() where id = '"
                            + key
                            + "'");
            assertThat(number(hot)).isEqualTo(before + 1);
            admin.rollback();
            admin.setAutoCommit(true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        assertThat(
                        number(
                                "select count(*) from pg_indexes where tablename = 'concertina_session'"
                                        + " and indexdef like '%accessed_at%'"))
                .isZero();
    }

    @Test
    void manyInstancesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        run("create schema if not exists fresh");
        var url = TestPostgres.shared().url() + "&currentSchema=fresh";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var opened =
                    threads.invokeAll(
                            Stream.<Callable<Boolean>>generate(() ->
                                            () -> {
                                                open(url).close();
                                                return true;
                                            })
                                    .limit(6)
                                    .toList());
            for (var one : opened) {
                assertThat(one.get()).isTrue();
            }
        }
        assertThat(number("select version from fresh.concertina_schema where part = 'session'"))
                .isEqualTo(PostgresSchema.VERSION);
    }

    @Test
    void whoOnlyLooksIsToldWhatIsMissing() {
        run("create schema if not exists bare");
        var url = TestPostgres.shared().url() + "&currentSchema=bare";
        var pool = HikariSessions.of(url, Optional.empty(), Optional.empty(), 1, PATIENCE);
        assertThatThrownBy(() ->
                        new Postgres(
                                new PostgresPool(pool),
                                new PostgresSchema(Schema.VALIDATE),
                                PATIENCE))
                .isInstanceOfSatisfying(
                        UnusableStoreException.class,
                        e -> {
                            assertThat(e)
                                    .hasMessageContaining("version 0, but version 1 is needed");
                            assertThat(e.action()).contains("concertina.session.schema=create");
                        });
    }

    private static void assertKeeps(PostgresPool pool) {
        try (var other = new Postgres(pool, new PostgresSchema(Schema.CREATE), PATIENCE)) {
            var key = SessionId.random().key();
            var kept = new PostgresSessionStore(other, LIFETIME);
            kept.save(key, creation(Map.of("a", "1")));
            assertThat(kept.find(key, "", Duration.ZERO).touched()).isTrue();
            assertThat(kept.peek(key).orElseThrow().values()).containsOnlyKeys("a");
        }
    }

    @Test
    void anyDataSourceIsEnough() {
        var source = new PGSimpleDataSource();
        source.setUrl(TestPostgres.shared().url());
        assertKeeps(new PostgresPool(source));
    }

    private static HikariDataSource application() {
        var config = new HikariConfig();
        config.setJdbcUrl(TestPostgres.shared().url());
        config.setMaximumPoolSize(1);
        config.setAutoCommit(false);
        return new HikariDataSource(config);
    }

    @Test
    void aPoolOfOurOwnDoesNotWaitForTheApplications() throws SQLException {
        try (var application = application();
                var held = application.getConnection()) {
            assertThat(held.isValid(1)).isTrue();
            assertKeeps(
                    new PostgresPool(HikariSessions.like(application, 2, PATIENCE).orElseThrow()));
        }
    }

    @Test
    void theApplicationsPoolIsCommittedAndGivenBack() {
        try (var application = application()) {
            assertKeeps(new PostgresPool(application));
            assertKeeps(new PostgresPool(application));
        }
    }

    @Test
    void aPoolThatGivesNothingIsAnOutageInTime() throws SQLException {
        var patience = Duration.ofMillis(300);
        try (var application = application();
                var held = application.getConnection();
                var other =
                        new Postgres(
                                new PostgresPool(application),
                                new PostgresSchema(Schema.OFF),
                                patience)) {
            assertThat(held.isValid(1)).isTrue();
            var blocked = new PostgresSessionStore(other, LIFETIME);
            long started = System.nanoTime();
            assertThatThrownBy(() -> blocked.peek(SessionId.random().key()))
                    .isInstanceOf(Outage.class);
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    /**
     * @param lines of the tables' file or of a statement, exactly
     */
    private record Guard(
            String name,
            String lines,
            String instead,
            Consumer<PostgresSessionStoreTest> scenario) {}

    @SuppressWarnings("JUnitMethodInvoked")
    private static final List<Guard> GUARDS =
            List.of(
                    new Guard(
                            "a writer has the row",
                            "select * into s from concertina_session where id = key for update;\n"
                                    + "    -- The clock",
                            "select * into s from concertina_session where id = key;\n"
                                    + "    -- The clock",
                            test -> unchecked(test::parallelWritersLoseNothing)),
                    new Guard(
                            "a repeated operation changes nothing",
                            "if position(op in s.operations) > 0 then",
                            "if false then",
                            test -> test.aRepeatedOperationChangesNothing()),
                    new Guard(
                            "idle too long is the end for a writer",
                            "if t >= concertina_session_end(s.accessed_at, s.idle_ms, s.ends_at) then",
                            "if false then",
                            test -> test.aWriteDoesNotProlongASessionThatWasIdleTooLong()),
                    new Guard(
                            "nothing comes back to life",
                            "if new_owner is null then",
                            "new_owner := coalesce(new_owner, 'x'); if false then",
                            test -> test.aLateIdleTimeDoesNotBringAnEndedSessionBack()),
                    new Guard(
                            "a repeated move is recognised",
                            "if moved = target then",
                            "if false then",
                            test -> test.aRepeatedMoveIsKept()),
                    new Guard(
                            "a late write is led on",
                            "insert into concertina_session_moved as m (id, moved_to, ends_at)\n"
                                    + "            values (s.id,",
                            "insert into concertina_session_moved as m (id, moved_to, ends_at)\n"
                                    + "            values ('-' || s.id,",
                            test -> test.aLateWriteUnderTheOldIdIsLedToTheNew()),
                    new Guard(
                            "a late write is led to the newest",
                            "update concertina_session_moved set moved_to = target where moved_to = s.id;",
                            "",
                            test -> test.aLateWriteIsLedToTheNewestIdAtOnce()),
                    new Guard(
                            "what was written since is not sealed anew",
                            "and a.value = p.seen",
                            "",
                            test -> test.onlyWhatWasSeenIsSealedAnew()),
                    new Guard(
                            "what was handed out is not ended by somebody else",
                            "where s.id = at and s.claim is null;",
                            "where s.id = at;",
                            test -> test.whoEndsASessionTellsOfItAlone()),
                    new Guard(
                            "no content shares a version",
                            "version = s.version + 1,",
                            "version = s.version,",
                            test -> unchecked(test::parallelWritersLoseNothing)),
                    new Guard(
                            "a lease is looked at",
                            "where t.look_at <= statement_timestamp()",
                            "where true",
                            test -> test.aSessionThatEndedIsHandedOutOnceWithWhatItHeld()),
                    new Guard(
                            "takers do not take each other's",
                            "order by t.look_at limit ? for update skip locked\n), alive",
                            "order by t.look_at limit ?"
                                    + " offset (select length(pg_sleep(0.05)::text))\n), alive",
                            test -> unchecked(test::parallelTakersNeverHaveTheSame)),
                    new Guard(
                            "only the last claim is forgotten",
                            "where id = ? and claim = ?",
                            "where id = ? and claim = coalesce(?, claim) or true",
                            test -> test.whatWasNotForgottenIsHandedOutAgain()));

    private interface Scenario {
        void run() throws Exception;
    }

    private static void unchecked(Scenario scenario) {
        try {
            scenario.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> aMissingGuardIsNoticed() {
        return GUARDS.stream()
                .map(guard -> DynamicTest.dynamicTest(guard.name(), () -> assertMissed(guard)));
    }

    @SuppressWarnings("JUnitMethodInvoked")
    private static void assertMissed(Guard guard) {
        var file = PostgresSchema.TABLES.file(PostgresSchema.VERSION);
        UnaryOperator<String> less = text -> text.replace(guard.lines(), guard.instead());
        var whole = PostgresSql.WHOLE;
        var sql =
                new PostgresSql(
                        less.apply(whole.find()),
                        whole.save().replace("save_1", "save_less"),
                        whole.delete().replace("delete_1", "delete_less"),
                        less.apply(whole.ofUser()),
                        less.apply(whole.take()),
                        less.apply(whole.forget()),
                        less.apply(whole.clean()),
                        less.apply(whole.cleanMoved()),
                        whole.count(),
                        whole.page(),
                        less.apply(whole.reseal()));
        boolean changed =
                !less.apply(file).equals(file)
                        || !sql.take().equals(whole.take())
                        || !sql.forget().equals(whole.forget())
                        || !sql.reseal().equals(whole.reseal())
                        || !sql.find().equals(whole.find());
        assertThat(changed).as("something holds '%s'", guard.lines()).isTrue();
        functions(less.apply(file));
        var unguarded = new PostgresSessionStore(postgres, LIFETIME, sql);
        var test =
                new PostgresSessionStoreTest() {
                    @Override
                    SessionStore store() {
                        return unguarded;
                    }
                };
        // Whatever fails then fails for want of the guard, not because a statement is broken.
        test.aNewSessionIsFoundWhole();
        test.aMovedSessionIsFoundOnlyUnderItsNewId();
        assertThatThrownBy(() -> guard.scenario().accept(test)).as(guard.name()).isNotNull();
    }

    private static void functions(String file) {
        for (var name : List.of("save", "delete")) {
            int from = file.indexOf("create function concertina_session_" + name + "_1");
            int to = file.indexOf("end $$;", from) + "end $$;".length();
            run(
                    file.substring(from, to)
                            .replace("create function", "create or replace function")
                            .replace(name + "_1", name + "_less"));
        }
    }
}
