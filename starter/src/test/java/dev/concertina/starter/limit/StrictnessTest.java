package dev.concertina.starter.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When limits tighten and when that ends; time is advanced by hand. */
class StrictnessTest {
    private long now = 1;
    private double cpu;
    private final AtomicInteger loosened = new AtomicInteger();
    private final Strictness strictness =
            new Strictness(
                    LimitSettingsTest.defaults().strict(),
                    () -> cpu,
                    () -> now,
                    loosened::incrementAndGet);

    /** A window of ten seconds in which so many of 100 limited requests are refused. */
    private void window(int refused, int status) {
        for (int i = 0; i < 100; i++) {
            strictness.counted(i >= refused, now);
            strictness.ended(status, 1_000_000, now);
        }
        pass(Duration.ofSeconds(10));
        strictness.ended(200, 1, now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void halfRefusedTightensToHalfForAMinute() {
        window(49, 200);
        assertThat(strictness.permille()).isEqualTo(1000);
        window(50, 200);
        assertThat(strictness.permille()).isEqualTo(500);
        assertThat(strictness.announcement())
                .isEqualTo(new Strictness.Announcement(500, Duration.ofMinutes(1)));
        pass(Duration.ofSeconds(60));
        assertThat(strictness.permille()).isEqualTo(1000);
    }

    @Test
    void whatIsRefusedBecauseOfItDoesNotKeepItUp() {
        window(50, 200);
        for (int i = 0; i < 6; i++) {
            window(99, 200);
        }
        assertThat(strictness.permille()).isEqualTo(1000);
    }

    @Test
    void pressureThatIsBackAtOnceTightensFurtherAndLonger() {
        window(50, 200);
        pass(Duration.ofSeconds(60));
        strictness.ended(200, 1, now);
        window(60, 200);
        assertThat(strictness.permille()).isEqualTo(250);
        assertThat(strictness.announcement().hold()).isEqualTo(Duration.ofMinutes(2));
        pass(Duration.ofSeconds(130));
        strictness.ended(200, 1, now);
        window(60, 200);
        assertThat(strictness.permille()).as("not below the floor").isEqualTo(250);
        assertThat(strictness.announcement().hold()).isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void pressureThatComesLaterBeginsAnew() {
        window(50, 200);
        pass(Duration.ofMinutes(3));
        strictness.ended(200, 1, now);
        window(50, 200);
        assertThat(strictness.permille()).isEqualTo(500);
    }

    @Test
    void errorsAndProcessorsTightenAndKeepItUp() {
        window(0, 500);
        assertThat(strictness.permille()).isEqualTo(500);
        for (int i = 0; i < 9; i++) {
            cpu = 0.95;
            window(0, 200);
        }
        assertThat(strictness.permille()).as("still busy after 90 s").isEqualTo(500);
        cpu = 0.2;
        for (int i = 0; i < 7; i++) {
            window(0, 200);
        }
        assertThat(strictness.permille()).isEqualTo(1000);
        assertThat(loosened).hasValue(1);
    }

    @Test
    void aFewRequestsSayNothing() {
        for (int i = 0; i < 90; i++) {
            strictness.counted(false, now);
            strictness.ended(500, 1, now);
        }
        pass(Duration.ofSeconds(10));
        strictness.counted(false, now);
        assertThat(strictness.permille()).isEqualTo(1000);
    }

    @Test
    void whatAnotherInstanceAnnouncedHoldsForItsTime() {
        strictness.learned(250, 30_000);
        strictness.learned(1000, 0);
        assertThat(strictness.permille()).isEqualTo(250);
        pass(Duration.ofSeconds(31));
        strictness.learned(1000, 0);
        assertThat(strictness.permille()).isEqualTo(1000);
        assertThat(loosened).hasValue(1);
    }

    @Test
    void whatIsOverIsNotAnnounced() {
        window(50, 200);
        pass(Duration.ofSeconds(61));
        assertThat(strictness.announcement().permille()).isZero();
    }

    @Test
    void anAnnouncementIsRepeatedUntilItWasHeard() {
        window(50, 200);
        assertThat(strictness.announcement().permille()).isEqualTo(500);
        strictness.learned(1000, 0);
        assertThat(strictness.announcement().permille()).as("a reply on its way").isEqualTo(500);
        strictness.learned(500, 60_000);
        assertThat(strictness.announcement().permille()).isEqualTo(0);
        assertThat(strictness.permille()).isEqualTo(500);
    }
}
