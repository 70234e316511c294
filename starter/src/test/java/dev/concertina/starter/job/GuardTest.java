package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * One instance is paused with claims, another takes them over, the first wakes and goes on. A
 * checker looks at the effects; with a guard taken out it must find something.
 */
class GuardTest {
    private static final int JOBS = 40;
    private static final int ATTEMPTS = 3;
    private static final String GUARD = JobSql.WHOLE.guard();

    /** What a checker finds in the effects of all jobs; empty when all is well. */
    private static List<String> findings(JobSql sql, UnaryOperator<String> tables, long seed) {
        try (var world = new World(sql, tables, seed)) {
            return world.run();
        }
    }

    private static List<String> findings(JobSql sql) {
        return findings(sql, text -> text, 7);
    }

    private static JobSql with(String guard, String done) {
        var whole = JobSql.WHOLE;
        return new JobSql(guard, done, whole.again(), whole.back(), whole.dead());
    }

    @Test
    void withAllGuardsEveryJobHasItsEffectOnce() {
        for (long seed = 1; seed <= 3; seed++) {
            assertThat(findings(JobSql.WHOLE, text -> text, seed)).as("seed " + seed).isEmpty();
        }
    }

    @Test
    void withoutTheFenceAnAttemptThatWasTakenOverHasEffects() {
        var unfenced = "delete from concertina_job where id = ? and ?::bigint is not null";
        assertThat(findings(with(unfenced, JobSql.WHOLE.done())))
                .anyMatch(finding -> finding.contains("taken over"));
    }

    @Test
    void withAnEndOutsideTheTransactionEffectsAreDoubled() {
        var lockOnly = "update concertina_job set fence = fence where id = ? and fence = ?";
        assertThat(findings(with(lockOnly, JobSql.WHOLE.done())))
                .anyMatch(finding -> finding.contains("2 effects"));
    }

    @Test
    void withoutTheFenceALateEndLosesJobs() {
        var unfenced =
                "delete from concertina_job j using unnest(?::bigint[], ?::bigint[]) as c(id, fence)"
                        + " where j.id = c.id";
        assertThat(findings(with(GUARD, unfenced)))
                .anyMatch(finding -> finding.contains("0 effects"));
    }

    @Test
    void withoutCountingAtTheClaimAJobThatEndsItsInstancesIsNeverADeadLetter() {
        assertThat(
                        findings(
                                JobSql.WHOLE,
                                text ->
                                        text.replace(
                                                "set owner = p_owner, attempts = j.attempts + 1,",
                                                "set owner = p_owner,"),
                                7))
                .anyMatch(finding -> finding.contains("no dead letter"));
    }

    /** Two instances, by hand. */
    private static final class World implements AutoCloseable {
        private final JobDatabase database;
        private final PostgresJobStore one;
        private final PostgresJobStore two;
        private final JdbcClient jdbc;
        private final Random chance;
        private final Map<Long, Long> latest = new HashMap<>();
        private final List<String> found = new ArrayList<>();

        World(JobSql sql, UnaryOperator<String> tables, long seed) {
            this.database = new JobDatabase(4).prepared(tables);
            database.run("create table effect (job bigint, fence bigint)");
            this.one = store(sql);
            this.two = store(sql);
            this.jdbc = JdbcClient.create(database.source());
            this.chance = new Random(seed);
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

        List<String> run() {
            var jobs = new ArrayList<NewJob>();
            for (int i = 0; i < JOBS; i++) {
                jobs.add(job("a"));
            }
            var ids = one.enqueue(jobs).stream().map(Enqueued::id).toList();
            long paused = one.join("paused", List.of("a"));
            var stale = claim(one, paused, "a");
            rescued();
            long taker = two.join("taker", List.of("a"));
            var taken = claim(two, taker, "a");
            assertThat(taken).as("what was taken over").hasSize(JOBS);
            for (int i = 0; i < JOBS / 2; i++) {
                does(two, taken.get(i));
            }
            // The first wakes in the middle, at any place in what it was about to do.
            for (var claim : stale) {
                if (chance.nextInt(3) == 0) {
                    one.end(List.of(new Ending.Done(claim)));
                } else {
                    does(one, claim);
                }
            }
            for (int i = JOBS / 2; i < JOBS; i++) {
                does(two, taken.get(i));
            }
            settle();
            check(ids);
            poison();
            return found;
        }

        private static NewJob job(String type) {
            return new NewJob(
                    type,
                    "{}",
                    new Job.Due.After(Duration.ZERO),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        private List<Claim> claim(JobStore store, long owner, String type) {
            var claims =
                    store.claim(
                                    owner,
                                    List.of(
                                            new Lane(
                                                    "default",
                                                    JOBS,
                                                    Optional.empty(),
                                                    List.of(type))))
                            .claims();
            claims.forEach(claim -> latest.merge(claim.id(), claim.fence(), Math::max));
            return claims;
        }

        private void does(JobStore store, Claim claim) {
            store.run(
                    claim,
                    () ->
                            jdbc.sql("insert into effect values (?, ?)")
                                    .params(claim.id(), claim.fence())
                                    .update());
        }

        /** All who had something are dead, and what they had is due again. */
        private void rescued() {
            database.pass(Duration.ofMinutes(20));
            two.rescue(1000, JobStoreContract.WAITS);
            database.pass(Duration.ofMinutes(20));
        }

        /** Whatever is not over is done by somebody. */
        private void settle() {
            rescued();
            long last = two.join("last", List.of("a"));
            claim(two, last, "a").forEach(claim -> does(two, claim));
        }

        private void check(List<Long> ids) {
            for (long id : ids) {
                var fences = database.numbers("select fence from effect where job = " + id);
                if (fences.size() != 1) {
                    found.add("job " + id + " has " + fences.size() + " effects");
                }
                for (long fence : fences) {
                    if (fence < latest.getOrDefault(id, 0L)) {
                        found.add("job " + id + " has an effect of an attempt that was taken over");
                    }
                }
            }
        }

        private void poison() {
            one.enqueue(List.of(job("poison")));
            for (int round = 0; round < ATTEMPTS + 2; round++) {
                long owner = one.join("victim", List.of("poison"));
                for (var claim : claim(one, owner, "poison")) {
                    if (claim.attempt() > ATTEMPTS) {
                        one.end(List.of(new Ending.Dead(claim, "poison")));
                    }
                }
                rescued();
            }
            if (database.number("select count(*) from concertina_job_dead") == 0) {
                found.add("no dead letter after " + (ATTEMPTS + 2) + " instances ended");
            }
        }

        @Override
        public void close() {
            one.close();
            two.close();
            database.close();
        }
    }
}
