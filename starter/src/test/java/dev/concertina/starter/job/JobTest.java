package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.Unencodable;
import dev.concertina.starter.testing.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An application with jobs in PostgreSQL, one instance that asks and does, one that only asks. */
class JobTest {
    private static JobDatabase database;
    private static Served doing;
    private static Served asking;
    private static Jobs jobs;
    private static long next = 1;

    @BeforeAll
    static void start() {
        database = new JobDatabase(3);
        database.run(JobApplication.TABLES);
        doing = start("doing", "--concertina.job.queues.paced.rate=20/m");
        asking = start("asking", "--concertina.job.workers=0");
        jobs = doing.bean(Jobs.class);
    }

    static Served start(String id, String... arguments) {
        return start(database, id, arguments);
    }

    static Served start(JobDatabase database, String id, String... arguments) {
        var all =
                new ArrayList<>(
                        List.of(
                                "--test.database=" + database.url(),
                                "--concertina.instance.id=" + id,
                                "--concertina.session.store=off",
                                "--concertina.job.retry.first=20ms",
                                "--concertina.job.alert.every=100ms",
                                "--concertina.tenant.from=header",
                                "--concertina.tenant.required=false",
                                "--management.endpoints.web.exposure.include=jobs,metrics",
                                "--management.tracing.export.enabled=false"));
        all.addAll(List.of(arguments));
        return Served.start(JobApplication.class, all.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        asking.close();
        doing.close();
        database.close();
    }

    @AfterEach
    void forget() {
        database.run("delete from concertina_job_dead");
    }

    static void await(String what, BooleanSupplier condition) {
        await(what, Duration.ofSeconds(30), condition);
    }

    static void await(String what, Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static long number() {
        return next++;
    }

    private static long marks(String kind, long number) {
        return database.number(
                "select count(*) from mark where kind = '" + kind + "' and number = " + number);
    }

    private static boolean none(String type) {
        return database.number("select count(*) from concertina_job where type = '" + type + "'")
                == 0;
    }

    @Test
    void aRequestThatCommitsHasItsJobDoneAndOneThatDoesNotHasNot() {
        long kept = number();
        long dropped = number();
        assertThat(doing.get("/mark?fail=true&number=" + dropped).statusCode()).isEqualTo(500);
        assertThat(doing.get("/mark?number=" + kept, "X-Request-Id", "r-17").statusCode())
                .isEqualTo(200);
        await("done", () -> marks("mark", kept) == 1);
        await("over", () -> none("mark"));
        assertThat(marks("mark", dropped)).isZero();
        assertThat(marks("asked", dropped)).isZero();
        assertThat(
                        database.number(
                                "select count(*) from mark where kind = 'mark' and number = "
                                        + kept
                                        + " and text like 'asked r-17 %'"))
                .isEqualTo(1);
    }

    @Test
    void anotherInstanceTakesAJobThatWasEnqueuedWhereNobodyWorks() {
        var distant = asking.bean(Jobs.class);
        var here = latencies(jobs);
        var there = latencies(distant);
        System.out.printf(
                "enqueue to start, ms: here p50 %.2f, another instance p50 %.2f%n", here, there);
        assertThat(here).isLessThan(500);
        assertThat(there).isLessThan(500);
    }

    // From the row's own time to the handler's mark, on the database's clock.
    private static double latencies(Jobs from) {
        var numbers = IntStream.range(0, 60).mapToLong(i -> number()).toArray();
        for (long number : numbers) {
            database.run(
                    "insert into mark (kind, number, at) values ('asked', "
                            + number
                            + ", clock_timestamp())");
            from.enqueue(new JobApplication.Mark(number, ""));
            await("done", () -> marks("mark", number) == 1);
        }
        var list = new ArrayList<Double>();
        for (long number : numbers) {
            list.add(
                    database.number(
                                    "select (extract(epoch from max(at) - min(at)) * 1000000)::bigint"
                                            + " from mark where number = "
                                            + number)
                            / 1000.0);
        }
        list.sort(null);
        return list.get(list.size() / 2);
    }

    @Test
    void manyAreEnqueuedInOneCallAndAreAllDone() {
        long first = next;
        var payloads =
                IntStream.range(0, 500)
                        .mapToObj(i -> new JobApplication.Mark(number(), "many"))
                        .toList();
        assertThat(jobs.enqueueAll(payloads)).hasSize(500).allMatch(Enqueued::added);
        await(
                "all",
                () ->
                        database.number(
                                        "select count(*) from mark where kind = 'mark' and number"
                                                + " >= "
                                                + first)
                                == 500);
        await("over", () -> none("mark"));
    }

    @Test
    void aDelayedJobIsDoneWhenItsTimeHasCome() {
        long number = number();
        jobs.enqueue(Job.of(new JobApplication.Mark(number, "")).after(Duration.ofMillis(300)));
        assertThat(marks("mark", number)).isZero();
        await("done", () -> marks("mark", number) == 1);
    }

    @Test
    void aKeyIsDoneOnce() {
        long number = number();
        var job = Job.of(new JobApplication.Mark(number, "")).key("order-" + number);
        var first = jobs.enqueue(job);
        assertThat(first.added()).isTrue();
        await("done", () -> marks("mark", number) == 1);
        assertThat(jobs.enqueue(job)).isEqualTo(new Enqueued(first.id(), false));
        await("over", () -> none("mark"));
        assertThat(marks("mark", number)).isEqualTo(1);
    }

    @Test
    void theTenantComesAlong() {
        long number = number();
        assertThat(doing.get("/tenant?number=" + number, "X-Tenant-Id", "acme").statusCode())
                .isEqualTo(200);
        await("done", () -> marks("tenant", number) == 1);
        assertThat(
                        database.number(
                                "select count(*) from mark where kind = 'tenant' and number = "
                                        + number
                                        + " and text = 'acme acme acme'"))
                .isEqualTo(1);
    }

    @Test
    void aJobThatWantsATenantAndHasNoneIsADeadLetter() {
        jobs.enqueue(new JobApplication.OfTenant(number()));
        await("dead", () -> letters().contains("belongs to no tenant"));
    }

    private static String letters() {
        return doing.get("/actuator/jobs").body();
    }

    @Test
    void whatFailsIsTriedAgainAndItsEffectsAreGone() {
        long id = jobs.enqueue(new JobApplication.Broken("always")).id();
        await("dead", () -> letters().contains("always"));
        assertThat(marks("broken", id)).isZero();
        var letter = doing.get("/actuator/jobs/" + id).body();
        assertThat(letter)
                .contains("\"attempts\":3")
                .contains("IllegalStateException: always")
                .contains("JobApplication")
                .contains("{\\\"how\\\":\\\"always\\\"}");
        assertThat(
                        doing.send(
                                        "POST",
                                        "/actuator/jobs/" + id,
                                        "{}",
                                        "Content-Type",
                                        "application/json")
                                .body())
                .isEqualTo("{\"again\":1}");
        await("dead again", () -> letters().contains("always"));
        assertThat(doing.send("DELETE", "/actuator/jobs/" + id, "").statusCode()).isEqualTo(200);
        assertThat(doing.send("DELETE", "/actuator/jobs/" + id, "").statusCode()).isEqualTo(404);
        assertThat(doing.get("/actuator/jobs/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void aHandlerMayGiveUpOrSayWhenToTryAgain() {
        long id = jobs.enqueue(new JobApplication.Broken("give-up")).id();
        jobs.enqueue(new JobApplication.Broken("later"));
        await("dead", () -> letters().contains("give-up") || letters().contains("GiveUp"));
        assertThat(doing.get("/actuator/jobs/" + id).body()).contains("\"attempts\":1");
        await("tried", () -> letters().contains("not yet"));
        var page = doing.get("/actuator/jobs/page");
        assertThat(page.headers().firstValue("content-type").orElse("")).contains("text/html");
        assertThat(page.body()).contains("&lt;b&gt;never").doesNotContain("<b>never");
        assertThat(page.body()).contains("data-id=\"" + id + "\"");
        assertThat(
                        doing.send(
                                        "POST",
                                        "/actuator/jobs/broken",
                                        "{}",
                                        "Content-Type",
                                        "application/json")
                                .body())
                .isEqualTo("{\"again\":2}");
        await("dead again", () -> database.number("select count(*) from concertina_job_dead") == 2);
    }

    @Test
    void aHandlerWithoutTransactionMakesItsLastPartExact() {
        long number = number();
        long failing = number();
        jobs.enqueue(new JobApplication.Export(number, false));
        jobs.enqueue(new JobApplication.Export(failing, true));
        await("done", () -> marks("export", number) == 1 && marks("export", failing) == 1);
        await("over", () -> none("export"));
        assertThat(marks("export", failing)).isEqualTo(1);
        assertThat(database.number("select count(*) from concertina_job_dead")).isZero();
    }

    @Test
    void jobsNobodyKnowsAreKeptAndSaidOf() {
        long id = jobs.enqueue(new JobApplication.Unknown("who?")).id();
        await("said", () -> doing.get("/health").body().contains("unknown"));
        assertThat(doing.get("/health").statusCode()).isEqualTo(200);
        assertThat(doing.get("/health").body()).contains("\"degraded\"");
        assertThat(doing.get("/actuator/jobs").body()).contains("\"handled\":false");
        assertThat(database.number("select attempts from concertina_job where id = " + id))
                .isZero();
        database.run("delete from concertina_job where id = " + id);
        await("well", () -> !doing.get("/health").body().contains("unknown"));
    }

    @Test
    void aPayloadThisReleaseCannotReadWaitsAndIsNoAttempt() {
        long id =
                database.number(
                        "insert into concertina_job (type, payload)"
                                + " values ('mark', '{\"number\":\"many\"}') returning id");
        await(
                "back",
                () ->
                        database.number(
                                        "select count(*) from concertina_job where id = "
                                                + id
                                                + " and error like '%could not be read%'")
                                == 1);
        assertThat(database.number("select attempts from concertina_job where id = " + id))
                .isZero();
        long number = number();
        database.run(
                "update concertina_job set due_at = clock_timestamp(), payload ="
                        + " '{\"number\":"
                        + number
                        + ",\"later\":true}' where id = "
                        + id);
        await("done", () -> marks("mark", number) == 1);
    }

    @Test
    void aPayloadWithoutAFormOutsideIsRefusedByName() {
        assertThatThrownBy(() -> jobs.enqueue(new JobApplication.Unwritable(() -> {})))
                .isInstanceOf(Unencodable.class)
                .hasMessageContaining("Unwritable")
                .hasMessageContaining("anything");
        assertThatThrownBy(() -> jobs.enqueue("text"))
                .hasMessageContaining("java.lang.String")
                .hasMessageContaining("record");
    }

    @Test
    void aCallerInsideATransactionSeesItsJobOnlyAfterwards() {
        var transaction = new TransactionTemplate(doing.bean(DataSourceTransactionManager.class));
        long number = number();
        transaction.executeWithoutResult(status -> {
            jobs.enqueue(new JobApplication.Mark(number, ""));
            jobs.enqueue(new JobApplication.Mark(number, ""));
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> {
            jobs.enqueue(new JobApplication.Mark(number, ""));
        });
        await("done", () -> none("mark") && marks("mark", number) > 0);
        assertThat(marks("mark", number)).isEqualTo(1);
    }

    @Test
    void whenNobodyHearsHintsJobsAreDoneAllTheSame() {
        for (int i = 0; i < 3; i++) {
            database.number(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                            + " where query = 'listen concertina_job'");
            long number = number();
            asking.bean(Jobs.class).enqueue(new JobApplication.Mark(number, ""));
            await("done", () -> marks("mark", number) == 1);
        }
    }

    @Test
    void aRateHoldsAndTheRestWaits() {
        // 20/m has a burst of one: the second waits for three seconds.
        long first = number();
        long second = number();
        jobs.enqueue(new JobApplication.Paced(first));
        await("first", () -> marks("paced", first) == 1);
        jobs.enqueue(new JobApplication.Paced(second));
        await("seen", () -> marks("paced", second) == 1);
        assertThat(
                        database.number(
                                "select (extract(epoch from max(at) - min(at)) * 1000)::bigint"
                                        + " from mark where kind = 'paced' and number in ("
                                        + first
                                        + ","
                                        + second
                                        + ")"))
                .isBetween(2900L, 9000L);
    }

    @Test
    void metricsAndTheEndpointTellOfJobs() {
        long number = number();
        jobs.enqueue(new JobApplication.Mark(number, ""));
        await("done", () -> marks("mark", number) == 1);
        for (var name :
                List.of(
                        "concertina.job.enqueued",
                        "concertina.job.wait",
                        "concertina.job.run",
                        "concertina.job.dead",
                        "concertina.job.alerts",
                        "concertina.job.held")) {
            await(name, () -> doing.get("/actuator/metrics/" + name).statusCode() == 200);
        }
        assertThat(doing.get("/actuator/jobs").body())
                .contains("\"store\":\"PostgreSQL\"")
                .contains("\"instance\":\"doing\"")
                .contains("doing-tick")
                .contains("\"workers\":[");
    }
}
