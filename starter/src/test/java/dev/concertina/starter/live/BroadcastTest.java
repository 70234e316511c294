package dev.concertina.starter.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The checker finds what is planted, and nothing else. */
class BroadcastTest {
    private static final int NUMBERS = 20;

    private static Broadcast history(Consumer<Broadcast.Log> planted) {
        var broadcast = new Broadcast();
        for (int i = 1; i <= NUMBERS; i++) {
            broadcast.acknowledged("a", i);
        }
        var good = broadcast.subscriber("good");
        good.anew();
        for (int i = 1; i <= NUMBERS; i++) {
            good.got("a", i, "e-" + i);
        }
        planted.accept(broadcast.subscriber("other"));
        return broadcast;
    }

    private static void numbers(Broadcast.Log log, int from, int to) {
        for (int i = from; i <= to; i++) {
            log.got("a", i, "e-" + i);
        }
    }

    private static void hasOnly(Broadcast broadcast, String fault) {
        assertThat(broadcast.faults()).isNotEmpty().allMatch(text -> text.contains(fault));
    }

    @Test
    void acknowledgedNumbersInOrderAreGood() {
        assertThat(
                        history(
                                        log -> {
                                            log.anew();
                                            numbers(log, 1, NUMBERS);
                                        })
                                .faults())
                .isEmpty();
    }

    @Test
    void aGapWithAResetIsGood() {
        var broadcast =
                history(log -> {
                    numbers(log, 1, 5);
                    log.reset();
                    numbers(log, 9, NUMBERS);
                });
        assertThat(broadcast.faults()).isEmpty();
        assertThat(broadcast.resets()).isEqualTo(1);
        assertThat(broadcast.settled()).isTrue();
    }

    @Test
    void aResetExcusesOneGapOnly() {
        hasOnly(
                history(log -> {
                    log.reset();
                    numbers(log, 2, 5);
                    numbers(log, 7, NUMBERS);
                }),
                "misses a 6 without a reset");
    }

    @Test
    void aSilentGapIsFound() {
        hasOnly(
                history(log -> {
                    numbers(log, 1, 5);
                    numbers(log, 7, NUMBERS);
                }),
                "misses a 6 without a reset");
    }

    @Test
    void whatNobodyKnowsMayBeMissing() {
        var broadcast =
                history(log -> {
                    numbers(log, 1, 5);
                    numbers(log, 7, NUMBERS);
                });
        broadcast.unsure("a", 6);
        assertThat(broadcast.faults()).isEmpty();
    }

    @Test
    void twiceAndOutOfOrderAreFound() {
        hasOnly(
                history(log -> {
                    numbers(log, 1, NUMBERS);
                    numbers(log, NUMBERS, NUMBERS);
                }),
                "got a 20 after 20");
        assertThat(
                        history(
                                        log -> {
                                            numbers(log, 1, 5);
                                            numbers(log, 7, 7);
                                            numbers(log, 6, 6);
                                            numbers(log, 8, NUMBERS);
                                        })
                                .faults())
                .anyMatch(fault -> fault.contains("got a 6 after 7"));
    }

    @Test
    void anEndThatNeverCameIsFound() {
        var broadcast = history(log -> numbers(log, 1, 5));
        hasOnly(broadcast, "ends with 5 of a in place of 20");
        assertThat(broadcast.settled()).isFalse();
    }

    @Test
    void aClientThatBeginsAnewInSilenceIsFound() {
        hasOnly(
                history(log -> {
                    log.anew();
                    numbers(log, 1, 5);
                    log.anew();
                    numbers(log, 6, NUMBERS);
                }),
                "began anew");
    }

    @Test
    void twoHistoriesUnderOneNameAreFound() {
        hasOnly(
                history(log -> {
                    for (int i = 1; i <= NUMBERS; i++) {
                        log.got("a", i, "e-" + (i + 1));
                    }
                }),
                "where others got");
    }

    @Test
    void whoSawNothingHasProvenNothing() {
        hasOnly(new Broadcast(), "nothing was observed");
        assertThat(history(log -> {}).faults())
                .anyMatch(fault -> fault.contains("other got nothing"));
    }
}
