package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What every ledger of keys promises. */
abstract class KeyLedgerContract {
    private static final Duration LONG = Duration.ofMinutes(1);

    abstract KeyLedger ledger();

    private static int someKey() {
        return ThreadLocalRandom.current().nextInt();
    }

    private Duration since(int key) {
        return Optional.ofNullable(ledger().noted().get(key)).orElseThrow();
    }

    @Test
    void whatWasNotedIsThere() {
        int one = someKey();
        int other = -one;
        ledger().note(one);
        ledger().note(other);
        assertThat(ledger().noted()).containsKeys(one, other);
        assertThat(since(one)).isLessThan(LONG);
    }

    @Test
    void timePassesSinceAndNotingBeginsAnew() {
        int key = someKey();
        ledger().note(key);
        var first = since(key);
        while (since(key).compareTo(first.plusMillis(3)) < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        var before = since(key);
        long asked = System.nanoTime();
        ledger().note(key);
        assertThat(since(key)).isLessThan(before.plus(Duration.ofNanos(System.nanoTime() - asked)));
    }

    @Test
    void whatIsInUseIsNotDropped() {
        int key = someKey();
        ledger().note(key);
        ledger().drop(key, LONG);
        assertThat(ledger().noted()).containsKey(key);
        ledger().drop(key, Duration.ZERO);
        assertThat(ledger().noted()).doesNotContainKey(key);
        ledger().drop(key, Duration.ZERO);
    }

    @Test
    void oneHasTheLeaseUntilItEnds() {
        var short1 = Duration.ofMillis(200);
        while (!ledger().lease("one", short1)) {
            LockSupport.parkNanos(1_000_000);
        }
        long since = System.nanoTime();
        boolean again = ledger().lease("one", short1);
        boolean other = ledger().lease("other", LONG);
        // A machine that stood still meanwhile proves nothing.
        if (System.nanoTime() - since < short1.toNanos()) {
            assertThat(again).isTrue();
            assertThat(other).isFalse();
        }
        while (!ledger().lease("other", Duration.ofMillis(1))) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
