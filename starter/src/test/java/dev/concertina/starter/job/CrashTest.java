package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are killed and paused while they do jobs: none lost, no effect twice. */
@Tag("real")
class CrashTest {
    @TempDir private Path folder;

    @Test
    void noJobIsLostAndNoEffectDoubledWhileInstancesAreKilledAndPaused() throws Exception {
        var plan =
                new CrashRun.Plan(
                        2_000,
                        3,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        3,
                        1,
                        false,
                        true);
        check(new CrashRun(folder, plan, 11).run());
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void aHundredThousandJobsOnFourInstancesWithPausesOfAMinute() throws Exception {
        var plan =
                new CrashRun.Plan(
                        100_000,
                        4,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        25,
                        3,
                        true,
                        true);
        check(new CrashRun(folder, plan, System.nanoTime()).run());
    }

    private static void check(CrashRun.Report report) {
        System.out.println(report);
        assertThat(report.lost()).as("lost").isZero();
        assertThat(report.doubled()).as("doubled effects in the database").isZero();
        assertThat(report.rolledBack()).as("effects of jobs that were rolled back").isZero();
        assertThat(report.dead()).as("dead letters: the poison alone").isEqualTo(1);
        // A run in which nothing happened has shown nothing.
        assertThat(report.kills()).isPositive();
        assertThat(report.pauses()).isPositive();
        assertThat(report.secondAttempts()).isPositive();
    }
}
