package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecurrenceTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    @Test
    void cronIsReadInItsZone() {
        var paris = Recurrence.of("0 30 2 * * *", "Europe/Paris", "", "");
        assertThat(paris.next(NOON)).isEqualTo("2026-11-29T01:30:00Z");
        assertThat(Recurrence.of("@daily", "UTC", "", "").next(NOON))
                .isEqualTo("2026-11-29T00:00:00Z");
    }

    @Test
    void aDateThatNeverComesIsFarAway() {
        assertThat(Recurrence.of("0 0 0 30 2 *", "UTC", "", "").next(NOON))
                .isAfter("2100-01-01T00:00:00Z");
    }

    @Test
    void periodsCountFromTheLastTime() {
        assertThat(Recurrence.of("", "UTC", "10m", "").next(NOON))
                .isEqualTo("2026-11-28T12:10:00Z");
        assertThat(Recurrence.of("", "UTC", "", "30s").pause()).isPresent();
    }

    @Test
    void whatNobodyCouldFollowIsRefusedWithWhatToWrite() {
        refused("61 * * * * *", "UTC", "", "", "cron = \"61 * * * * *\"", "six fields");
        refused("0 * * * * *", "Mars", "", "", "zone = \"Mars\"", "Europe/Paris");
        refused("", "UTC", "10", "", "every = \"10\"", "10m");
        refused("", "UTC", "", "soon", "pause = \"soon\"", "30s");
        refused("", "UTC", "", "", "0 times", "one of");
        refused("@daily", "UTC", "1s", "", "2 times", "one of");
    }

    private static void refused(
            String cron, String zone, String every, String pause, String what, String next) {
        assertThatThrownBy(() -> Recurrence.of(cron, zone, every, pause))
                .isInstanceOfSatisfying(
                        BadRecurrence.class,
                        bad -> {
                            assertThat(bad.getMessage()).contains(what);
                            assertThat(bad.next()).contains(next);
                        });
    }

    @Test
    void namesAreLowerCaseWithDashes() {
        record StampPdf() {}
        record SMSReminder2() {}
        assertThat(JobNames.of(StampPdf.class)).isEqualTo("stamp-pdf");
        assertThat(JobNames.of(SMSReminder2.class)).isEqualTo("sms-reminder2");
    }
}
