package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private final Freshness freshness = new Freshness();
    private final AtomicLong end = new AtomicLong(100);
    private final AtomicLong asked = new AtomicLong();

    private long end() {
        asked.incrementAndGet();
        return end.get();
    }

    @Test
    void whoWroteNothingNeedsNothingAndCostsNothing() {
        assertThat(freshness.needed(this::end)).isEqualTo(Position.NONE);
        assertThat(freshness.untold()).isFalse();
        assertThat(asked).hasValue(0);
    }

    @Test
    void theEndIsAskedForOnceAfterEachWrite() {
        freshness.wrote();
        assertThat(freshness.needed(this::end)).isEqualTo(100);
        assertThat(freshness.needed(this::end)).isEqualTo(100);
        assertThat(asked).hasValue(1);
        end.set(200);
        assertThat(freshness.needed(this::end)).isEqualTo(100);
        freshness.wrote();
        assertThat(freshness.needed(this::end)).isEqualTo(200);
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatIsNeededOnlyGrows() {
        freshness.need(300);
        freshness.need(50);
        freshness.wrote();
        assertThat(freshness.needed(this::end)).isEqualTo(300);
    }

    @Test
    void eachWriteIsToldOnce() {
        freshness.wrote();
        assertThat(freshness.untold()).isTrue();
        assertThat(freshness.untold()).isFalse();
        freshness.wrote();
        assertThat(freshness.untold()).isTrue();
    }

    @Test
    void positionsAreWrittenInTheirOrder() {
        assertThat(Position.parse("0/3000148")).isEqualTo(0x3000148L);
        assertThat(Position.parse("16/B374D848")).isEqualTo(0x16B374D848L);
        assertThat(Position.lsn(0x16B374D848L)).isEqualTo("16/B374D848");
        assertThat(Position.digits(0x16B374D848L)).isEqualTo("00000016b374d848");
        assertThat(Position.ofDigits("00000016b374d848")).hasValue(0x16B374D848L);
        assertThat(Position.ofDigits("x")).isEmpty();
        assertThat(Position.ofDigits("f".repeat(16))).isEmpty();
        assertThat(Position.digits(0xFFL).compareTo(Position.digits(0x100L))).isNegative();
    }
}
