package dev.concertina.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    @Test
    void noClaimSucceedsOnceItDrains() {
        Claims claims = new Claims();
        assertThat(claims.claim()).isTrue();
        assertThat(claims.drain()).isFalse();
        assertThat(claims.claim()).isFalse();
        assertThat(claims.held()).isEqualTo(1);
        assertThat(claims.release()).isTrue();
        assertThat(claims.held()).isZero();
        assertThat(claims.drain()).isTrue();
    }

    @Test
    void aClaimGivenBackTwiceIsABrokenPromise() {
        Claims claims = new Claims();
        assertThatThrownBy(claims::release).isInstanceOf(IllegalStateException.class);
    }

    /** Fails at once if claiming looks at the bit and counts up in two steps. */
    @Test
    void nobodyHoldsAClaimAfterTheLastWasGivenBack() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 200; round++) {
                race(threads);
            }
        }
    }

    private static void race(ExecutorService threads) throws Exception {
        Claims claims = new Claims();
        AtomicBoolean stopped = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(2);
        Callable<Boolean> claimer =
                () -> {
                    boolean late = false;
                    for (int i = 0; claims.claim(); i++) {
                        late |= stopped.get();
                        if (claims.release()) {
                            stopped.set(true);
                        }
                        if (i == 100) {
                            busy.countDown();
                        }
                    }
                    return late;
                };
        List<Future<Boolean>> running = List.of(threads.submit(claimer), threads.submit(claimer));
        busy.await();
        if (claims.drain()) {
            stopped.set(true);
        }
        for (Future<Boolean> each : running) {
            assertThat(each.get()).as("claimed after the drain was over").isFalse();
        }
        assertThat(stopped).isTrue();
        assertThat(claims.held()).isZero();
    }
}
