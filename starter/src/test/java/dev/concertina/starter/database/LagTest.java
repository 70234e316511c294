package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Lag lag = new Lag(Duration.ofSeconds(10));

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static Replica.Look look(long replayed, Duration behind) {
        return new Replica.Look(true, replayed, behind);
    }

    @Test
    void oneThatHasEverythingIsNotBehindHoweverLongNobodyWrote() {
        lag.primaryAt(100, at(0));
        assertThat(lag.isTooFar(look(100, HOUR), at(0))).isFalse();
    }

    @Test
    void atTheBeginningItsOwnClockIsAllThereIs() {
        lag.primaryAt(100, at(0));
        assertThat(lag.isTooFar(look(90, Duration.ofSeconds(3)), at(0))).isFalse();
        assertThat(lag.isTooFar(look(90, HOUR), at(0))).isTrue();
    }

    @Test
    void aFirstWriteAfterALongTimeDoesNotMakeItOld() {
        lag.primaryAt(100, at(0));
        lag.primaryAt(120, at(1));
        assertThat(lag.isTooFar(look(100, HOUR), at(1))).isFalse();
    }

    @Test
    void itMustHaveReachedWhereThePrimaryWasThatLongAgo() {
        for (int second = 0; second <= 60; second++) {
            lag.primaryAt(second, at(second));
            if (second >= 10) {
                // A transaction of an hour ago may well be the newest.
                assertThat(lag.isTooFar(look(second - 10, HOUR), at(second))).isFalse();
                assertThat(lag.isTooFar(look(second - 11, HOUR), at(second))).isTrue();
            }
        }
    }

    @Test
    void whileThePrimaryIsAwayAReplicaCatchesUpWithWhatWasSeenLast() {
        lag.primaryAt(50, at(0));
        lag.primaryAt(100, at(1));
        assertThat(lag.isTooFar(look(99, HOUR), at(100))).isTrue();
        assertThat(lag.isTooFar(look(100, HOUR), at(100))).isFalse();
    }
}
