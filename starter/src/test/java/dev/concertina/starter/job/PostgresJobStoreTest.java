package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PostgresJobStoreTest extends JobStoreContract {
    private JobDatabase database;
    private PostgresJobStore store;
    private PostgresJobStore other;
    private PostgresDesk desk;

    @BeforeEach
    void open() {
        database = new JobDatabase(8).prepared(sql -> sql);
        store = store(JobSql.WHOLE);
        other = store(JobSql.WHOLE);
        desk = new PostgresDesk(database.source());
    }

    private PostgresJobStore store(JobSql sql) {
        return new PostgresJobStore(
                database.source(),
                new DataSourceTransactionManager(database.source()),
                database.source(),
                sql,
                JobTexts.settings(Map.of()),
                () -> {});
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
        database.close();
    }

    @Override
    JobStore store() {
        return store;
    }

    @Override
    JobStore other() {
        return other;
    }

    @Override
    Desk desk() {
        return desk;
    }

    @Override
    void pass(Duration time) {
        database.pass(time);
    }

    private static NewJob job() {
        return new NewJob(
                "a",
                "{}",
                new Job.Due.After(Duration.ZERO),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Claim claimed() {
        store.enqueue(List.of(job()));
        return claim();
    }

    private Claim claim() {
        long owner = store.join("one", List.of("a"));
        return store.claim(owner, List.of(new Lane("default", 1, Optional.empty(), List.of("a"))))
                .claims()
                .getFirst();
    }

    @Test
    void whatTheCallerRollsBackWasNeverEnqueued() {
        var transaction =
                new TransactionTemplate(new DataSourceTransactionManager(database.source()));
        transaction.executeWithoutResult(status -> {
            store.enqueue(List.of(job()));
            status.setRollbackOnly();
        });
        assertThat(database.number("select count(*) from concertina_job")).isZero();
        transaction.executeWithoutResult(status -> {
            store.enqueue(List.of(job()));
            assertThat(database.number("select count(*) from concertina_job")).isZero();
        });
        assertThat(database.number("select count(*) from concertina_job")).isEqualTo(1);
    }

    @Test
    void effectsAndEndAreOne() {
        database.run("create table effect (job bigint)");
        var claim = claimed();
        var jdbc = JdbcClient.create(database.source());
        assertThatThrownBy(() ->
                        store.run(
                                claim,
                                () -> {
                                    jdbc.sql("insert into effect values (1)").update();
                                    throw new IllegalStateException("late");
                                }))
                .hasMessage("late");
        assertThat(database.number("select count(*) from effect")).isZero();
        assertThat(database.number("select count(*) from concertina_job")).isEqualTo(1);
        store.run(claim, () -> jdbc.sql("insert into effect values (1)").update());
        assertThat(database.number("select count(*) from effect")).isEqualTo(1);
        assertThat(database.number("select count(*) from concertina_job")).isZero();
    }

    /** As a paused instance: it is inside its handler, and says nothing. */
    @Test
    void theTransactionOfADeadOneIsEndedSoThatItsJobCanBeTakenOver() throws Exception {
        database.run("create table effect (job bigint)");
        var claim = claimed();
        var jdbc = JdbcClient.create(database.source());
        var inside = new CountDownLatch(1);
        var resumed = new CountDownLatch(1);
        try (var paused = Executors.newSingleThreadExecutor()) {
            var result =
                    paused.submit(() ->
                            store.run(
                                    claim,
                                    () -> {
                                        jdbc.sql("insert into effect values (1)").update();
                                        inside.countDown();
                                        await(resumed);
                                        jdbc.sql("insert into effect values (1)").update();
                                    }));
            inside.await();
            database.run(
                    "update concertina_job_owner set alive_until = clock_timestamp()"
                            + " - interval '1 second'");
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (database.number("select count(*) from concertina_job where owner is not null")
                            > 0
                    && System.nanoTime() < end) {
                other.rescue(5, WAITS);
            }
            database.run("update concertina_job set due_at = clock_timestamp()");
            var next = claim();
            assertThat(other.run(next, () -> jdbc.sql("insert into effect values (1)").update()))
                    .isTrue();
            resumed.countDown();
            assertThatThrownBy(result::get).isInstanceOf(ExecutionException.class);
        }
        assertThat(database.number("select count(*) from effect")).isEqualTo(1);
        assertThat(database.number("select count(*) from concertina_job")).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHandlerOutsideTheDataSourcesTransactionsIsRefused() {
        var foreign =
                new PostgresJobStore(
                        database.source(),
                        new org.springframework.transaction.support
                                .AbstractPlatformTransactionManager() {
                            private static final long serialVersionUID = 1;

                            @Override
                            protected Object doGetTransaction() {
                                return new Object();
                            }

                            @Override
                            protected void doBegin(
                                    Object transaction,
                                    org.springframework.transaction.TransactionDefinition d) {}

                            @Override
                            protected void doCommit(
                                    org.springframework.transaction.support.DefaultTransactionStatus
                                            status) {}

                            @Override
                            protected void doRollback(
                                    org.springframework.transaction.support.DefaultTransactionStatus
                                            status) {}
                        },
                        database.source(),
                        JobSql.WHOLE,
                        JobTexts.settings(Map.of()),
                        () -> {});
        var claim = claimed();
        assertThatThrownBy(() -> foreign.run(claim, () -> {}))
                .hasMessageContaining("transaction manager")
                .hasMessageContaining("transactional = false");
        assertThat(database.number("select count(*) from concertina_job")).isEqualTo(1);
        foreign.close();
    }
}
