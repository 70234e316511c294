package dev.concertina.fleet.control.scale;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoadWindowTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void oneLookTellsNothing() {
        LoadWindow window = LoadWindow.of(ofSeconds(30)).plus("a", point(0, ofSeconds(7), 5));
        assertThat(window.samples(Resource.CPU, START)).isEmpty();
        assertThat(window.samples(Resource.MEMORY, START)).isEmpty();
    }

    @Test
    void cpuIsTheTimeUsedDividedByTheTimePassedAndMemoryTheLastFigure() {
        LoadWindow window =
                LoadWindow.of(ofSeconds(30))
                        .plus("a", point(0, ofSeconds(7), 5))
                        .plus("a", point(20, ofSeconds(22), 9));
        Instant now = START.plusSeconds(20);
        assertThat(window.samples(Resource.CPU, now))
                .containsEntry("a", new Sample(750, now, ofSeconds(20)));
        assertThat(window.samples(Resource.MEMORY, now))
                .containsEntry("a", new Sample(9, now, ofSeconds(20)));
    }

    @Test
    void theWindowSlidesAndIsNeverShorterThanAskedForOnceItIsFull() {
        var window = LoadWindow.of(ofSeconds(30));
        for (var second = 0; second <= 100; second += 7) {
            // Busy for 40 s, then idle.
            window = window.plus("a", point(second, ofSeconds(Math.min(second, 40)), 0));
        }
        Instant last = START.plusSeconds(98);
        assertThat(window.samples(Resource.CPU, last))
                .containsEntry("a", new Sample(0, last, ofSeconds(35)));
        assertThat(window.points().get("a")).hasSize(6);
    }

    @Test
    void aPointExactlyAtTheBeginOfTheWindowIsEnough() {
        var window = LoadWindow.of(ofSeconds(30));
        for (var second = 0; second <= 60; second += 10) {
            window = window.plus("a", point(second, ofSeconds(second), 0));
        }
        Instant last = START.plusSeconds(60);
        assertThat(window.samples(Resource.CPU, last))
                .containsEntry("a", new Sample(1000, last, ofSeconds(30)));
    }

    @Test
    void aProcessThatBeganAgainUnderTheSameNameHasNoHistory() {
        LoadWindow window =
                LoadWindow.of(ofSeconds(30))
                        .plus("a", point(0, ofSeconds(7), 5))
                        .plus("a", point(5, ofMillis(10), 5));
        assertThat(window.samples(Resource.CPU, START.plusSeconds(5))).isEmpty();
    }

    @Test
    void oldFiguresAreNoFigures() {
        LoadWindow window =
                LoadWindow.of(ofSeconds(30))
                        .plus("a", point(0, ofSeconds(0), 5))
                        .plus("a", point(10, ofSeconds(10), 5));
        assertThat(window.samples(Resource.CPU, START.plusSeconds(70))).containsKey("a");
        assertThat(window.samples(Resource.CPU, START.plusSeconds(71))).isEmpty();
    }

    @Test
    void aPointOutOfOrderIsLeftOutAndAForgottenInstanceIsGone() {
        LoadWindow window =
                LoadWindow.of(ofSeconds(30))
                        .plus("a", point(0, ofSeconds(0), 5))
                        .plus("a", point(10, ofSeconds(10), 5));
        assertThat(window.plus("a", point(10, ofSeconds(20), 5))).isEqualTo(window);
        assertThat(window.minus("a").points()).isEmpty();
    }

    private static LoadPoint point(int second, Duration cpu, long resident) {
        return new LoadPoint(START.plusSeconds(second), cpu, resident);
    }
}
