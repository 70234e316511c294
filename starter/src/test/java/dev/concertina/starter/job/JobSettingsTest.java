package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobSettingsTest {
    @Test
    void defaults() {
        assertThat(JobTexts.settings(Map.of()))
                .isEqualTo(
                        new JobSettings(
                                true,
                                Optional.empty(),
                                JobSettings.Schema.CREATE,
                                10,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                10,
                                5,
                                new JobSettings.Waits(
                                        Duration.ofSeconds(2), Duration.ofMinutes(10), 0.2),
                                Duration.ofDays(1),
                                3,
                                Map.of(),
                                new JobSettings.Alert(
                                        Duration.ofMinutes(15),
                                        Optional.empty(),
                                        1,
                                        Duration.ofSeconds(15))));
    }

    @Test
    void everyKeyIsMapped() {
        var values =
                Map.ofEntries(
                        Map.entry("concertina.job.enabled", "false"),
                        Map.entry("concertina.job.store", "memory"),
                        Map.entry("concertina.job.schema", "validate"),
                        Map.entry("concertina.job.workers", "3"),
                        Map.entry("concertina.job.poll", "2s"),
                        Map.entry("concertina.job.dead-after", "5s"),
                        Map.entry("concertina.job.attempts", "4"),
                        Map.entry("concertina.job.crashes", "2"),
                        Map.entry("concertina.job.retry.first", "1s"),
                        Map.entry("concertina.job.retry.max", "1m"),
                        Map.entry("concertina.job.retry.jitter", "0"),
                        Map.entry("concertina.job.keys", "2d"),
                        Map.entry("concertina.job.connections", "2"),
                        Map.entry("concertina.job.queues.pdf.workers", "2"),
                        Map.entry("concertina.job.queues.pdf.rate", "100/m"),
                        Map.entry("concertina.job.queues.pdf.burst", "7"),
                        Map.entry("concertina.job.alert.age", "1m"),
                        Map.entry("concertina.job.alert.depth", "100"),
                        Map.entry("concertina.job.alert.dead", "3"),
                        Map.entry("concertina.job.alert.every", "1s"));
        var settings = JobTexts.settings(values);
        assertThat(settings)
                .isEqualTo(
                        new JobSettings(
                                false,
                                Optional.of(JobSettings.Store.MEMORY),
                                JobSettings.Schema.VALIDATE,
                                3,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                4,
                                2,
                                new JobSettings.Waits(
                                        Duration.ofSeconds(1), Duration.ofMinutes(1), 0),
                                Duration.ofDays(2),
                                2,
                                Map.of(
                                        "pdf",
                                        new JobSettings.Queue(
                                                Optional.of(2),
                                                Optional.of("100/m"),
                                                Optional.of(7))),
                                new JobSettings.Alert(
                                        Duration.ofMinutes(1),
                                        Optional.of(100L),
                                        3,
                                        Duration.ofSeconds(1))));
        assertThat(settings.workers("pdf")).isEqualTo(2);
        assertThat(settings.workers("other")).isEqualTo(3);
        assertThat(settings.pace("pdf")).contains(new Pace(600_000, 7));
        assertThat(settings.pace("other")).isEmpty();
    }

    @Test
    void whatCannotWorkIsRefusedByNameWithWhatToWrite() {
        for (var bad :
                List.of(
                        Map.entry("workers", "-1"),
                        Map.entry("poll", "0s"),
                        Map.entry("dead-after", "10ms"),
                        Map.entry("attempts", "0"),
                        Map.entry("crashes", "0"),
                        Map.entry("retry.first", "0s"),
                        Map.entry("retry.max", "1s"),
                        Map.entry("retry.jitter", "1"),
                        Map.entry("keys", "0s"),
                        Map.entry("connections", "1"),
                        Map.entry("queues.pdf.workers", "0"),
                        Map.entry("queues.pdf.rate", "100"),
                        Map.entry("queues.pdf.rate", "0/m"),
                        Map.entry("queues.pdf.rate", "often"),
                        Map.entry("queues.pdf.burst", "3"),
                        Map.entry("alert.age", "0s"),
                        Map.entry("alert.depth", "0"),
                        Map.entry("alert.dead", "0"),
                        Map.entry("alert.every", "1ms"))) {
            var key = "concertina.job." + bad.getKey();
            assertThatThrownBy(() -> JobTexts.settings(Map.of(key, bad.getValue())))
                    .as(key)
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .contains(key)
                    .containsAnyOf("Give it", "Write it");
        }
    }

    @Test
    void aRateWithoutUnitSaysHowToWriteOne() {
        assertThatThrownBy(() -> JobTexts.settings(Map.of("concertina.job.queues.pdf.rate", "100")))
                .rootCause()
                .isNotNull();
        assertThatThrownBy(() -> JobTexts.settings(Map.of("concertina.job.queues.pdf.rate", "100")))
                .hasStackTraceContaining(
                        "concertina.job.queues.pdf.rate is '100'. Write it with its unit, like"
                                + " 100/m, 10/s or 5/10s.");
    }
}
