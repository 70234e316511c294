package dev.concertina.starter.preference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryPreferenceStoreTest extends PreferenceStoreContract {
    private static final Duration YEAR = Duration.ofDays(365);

    private final SetClock clock = new SetClock();
    private final MemoryPreferenceStore store = new MemoryPreferenceStore(clock, YEAR, MAX);

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-11-20T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Override
    PreferenceStore store() {
        return store;
    }

    @Test
    void aYearAfterTheLastVisitAllIsForgotten() {
        var owner = Owner.visitor("a");
        store.write(owner, "a", Optional.of("1"));
        clock.now = clock.now.plus(YEAR.minusDays(1));
        assertThat(store.read(owner)).isEqualTo(Map.of("a", "1"));
        clock.now = clock.now.plus(YEAR.minusDays(1));
        assertThat(store.read(owner)).isEqualTo(Map.of("a", "1"));
        clock.now = clock.now.plus(YEAR);
        assertThat(store.read(owner)).isEmpty();
    }
}
