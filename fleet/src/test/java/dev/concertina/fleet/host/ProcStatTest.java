package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcStatTest {
    @Test
    void aNameMayHoldSpacesAndParentheses() {
        ProcStat stat =
                ProcStat.parse(
                        "4711 (a) S 9 (b) S 1 4711 4711 34816 4711 4194304 186 0 0 0 12 30 0 0 20 0"
                                + " 1 0 265364 9 27 184\n");
        assertThat(stat).isEqualTo(new ProcStat('S', 1, 34816, 42, 265364));
        assertThat(stat.alive()).isTrue();
    }

    @Test
    void aZombieIsNotAlive() {
        assertThat(new ProcStat('Z', 1, 0, 0, 1).alive()).isFalse();
    }
}
