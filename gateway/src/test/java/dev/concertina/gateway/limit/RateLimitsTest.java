package dev.concertina.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.gateway.path.RequestPath;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final long SECOND = 1_000_000_000;
    // A clock may begin below zero.
    private static final long START = -5 * SECOND;
    private static final RateLimit TEN = new RateLimit("/**", 10, Duration.ofSeconds(1), 4);
    private static final RateLimit LOGIN = new RateLimit("/login", 1, Duration.ofMinutes(1), 0);

    private final RequestPath anything = path("/x");

    private static RequestPath path(String text) {
        RequestPath path = new RequestPath();
        path.read(text);
        return path;
    }

    private static RateLimits limits(RateLimit... rates) {
        return RateLimits.none(() -> 42).follow(List.of(rates));
    }

    private static long key(String address) {
        try {
            return ClientKey.of(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void aBurstPassesAndThenTheRate() {
        RateLimits limits = limits(TEN);
        for (int i = 0; i < 5; i++) {
            assertThat(limits.take(1, anything, START)).isZero();
        }
        assertThat(limits.take(1, anything, START)).isEqualTo(SECOND / 10);
        assertThat(limits.take(1, anything, START + SECOND / 10 - 1)).isEqualTo(1);
        assertThat(limits.take(1, anything, START + SECOND / 10)).isZero();
        assertThat(limits.take(1, anything, START + SECOND / 10)).isEqualTo(SECOND / 10);
    }

    @Test
    void everybodyHasTheirOwn() {
        RateLimits limits = limits(LOGIN);
        assertThat(limits.take(1, path("/login"), START)).isZero();
        assertThat(limits.take(2, path("/login"), START)).isZero();
        assertThat(limits.take(1, path("/login"), START)).isEqualTo(60 * SECOND);
        assertThat(limits.take(1, path("/other"), START)).isZero();
    }

    @Test
    void allLimitsOfARequestOrNone() {
        RateLimits limits = limits(TEN, LOGIN);
        assertThat(limits.take(1, path("/login"), START)).isZero();
        // Refused by one limit, it does not count for the other.
        for (int i = 0; i < 100; i++) {
            assertThat(limits.take(1, path("/login"), START)).isPositive();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(limits.take(1, anything, START)).isZero();
        }
        assertThat(limits.take(1, anything, START)).isPositive();
    }

    @Test
    void theLongestWaitIsNamed() {
        RateLimits limits = limits(LOGIN, new RateLimit("/**", 1, Duration.ofHours(1), 0));
        assertThat(limits.take(1, path("/login"), START)).isZero();
        assertThat(limits.take(1, path("/login"), START)).isEqualTo(3600 * SECOND);
    }

    @Test
    void aTableThatChangesKeepsWhatIsRemembered() {
        RateLimits limits = limits(LOGIN);
        assertThat(limits.take(1, path("/login"), START)).isZero();
        RateLimits next = limits.follow(List.of(TEN, LOGIN));
        assertThat(next.take(1, path("/login"), START)).isPositive();
        assertThat(next.follow(List.of()).isEmpty()).isTrue();
    }

    @Test
    void aLimitWrittenTwiceCountsOnce() {
        RateLimits limits = limits(TEN, TEN);
        for (int i = 0; i < 5; i++) {
            assertThat(limits.take(1, anything, START)).isZero();
        }
    }

    @Test
    void aLimitThatCannotBeIsRefusedByName() {
        assertThatThrownBy(() -> limits(new RateLimit("/a", 0, Duration.ofSeconds(1), 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit of '/a' is 0 in PT1S with burst 0");
    }

    @Test
    void addressesOfOneNetworkAreOneClient() {
        assertThat(key("2001:db8:1:2::1")).isEqualTo(key("2001:db8:1:2:ffff::9"));
        assertThat(key("2001:db8:1:2::1")).isNotEqualTo(key("2001:db8:1:3::1"));
        assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};
        assertThat(ClientKey.of(mapped)).isEqualTo(key("192.0.2.1"));
        assertThat(key("::1")).isNotZero();
        assertThat(key("0.0.0.0")).isNotZero();
    }

    @Test
    void manyAddressesDoNotPushOutOneThatIsLimited() {
        RateLimits limits = RateLimits.none(1024, () -> 7).follow(List.of(TEN));
        Random random = new Random(3);
        for (int i = 0; i < 5; i++) {
            assertThat(limits.take(1, anything, START)).isZero();
        }
        // A hundred times the table, three requests each: every place owes something.
        for (int i = 0; i < 100_000; i++) {
            long attacker = random.nextLong();
            for (int n = 0; n < 3; n++) {
                limits.take(attacker, anything, START);
            }
        }
        assertThat(limits.take(1, anything, START)).isPositive();
    }

    @Test
    void agreesWithABookThatForgetsNothing() {
        long seed = System.nanoTime();
        System.out.println("RateLimitsTest seed " + seed);
        Random random = new Random(seed);
        RateLimits limits = limits(TEN);
        Map<Long, Long> book = new HashMap<>();
        long now = START;
        for (int i = 0; i < 200_000; i++) {
            now += random.nextInt(3_000_000);
            long client = 1L + random.nextInt(200);
            long owed = Math.max(0, book.getOrDefault(client, now) - now);
            long wait = Math.max(0, owed - 4 * SECOND / 10);
            assertThat(limits.take(client, anything, now)).as("seed %d", seed).isEqualTo(wait);
            if (wait == 0) {
                book.put(client, now + owed + SECOND / 10);
            }
        }
    }

    @Test
    void severalLoopsTogetherLetNoMoreThroughAndCountNoneTwice() throws Exception {
        // Many, so that the loops do meet.
        int most = 100_000;
        RateLimits limits =
                limits(
                        new RateLimit("/**", 1, Duration.ofSeconds(1), 3 * most - 1),
                        new RateLimit("/x", 1, Duration.ofSeconds(1), most - 1));
        // Met by one loop first: from then on the count is exact.
        assertThat(limits.take(1, anything, START)).isZero();
        assertThat(allowed(limits, 4, 1, most)).isEqualTo(most - 1);
        // What the second limit refused was given back to the first.
        int left = 0;
        while (limits.take(1, path("/y"), START) == 0) {
            left++;
        }
        assertThat(left).isEqualTo(3 * most - most);
    }

    @Test
    void aNewClientMayGainOneRequestForEachOtherLoop() throws Exception {
        // So many, because two loops meet in the few instructions that matter once in thousands.
        for (int round = 0; round < 4000; round++) {
            RateLimits limits = limits(new RateLimit("/**", 1, Duration.ofHours(1), 9));
            assertThat(allowed(limits, 4, 1, 50)).isBetween(10, 13);
        }
    }

    /** How many of the requests that several threads make at once pass. */
    private static int allowed(RateLimits limits, int threads, long client, int each)
            throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> parts = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                parts.add(
                        pool.submit(() -> {
                            RequestPath path = path("/x");
                            start.await();
                            int passed = 0;
                            for (int i = 0; i < each; i++) {
                                passed += limits.take(client, path, START) == 0 ? 1 : 0;
                            }
                            return passed;
                        }));
            }
            start.countDown();
            int sum = 0;
            for (Future<Integer> part : parts) {
                sum += part.get();
            }
            return sum;
        }
    }
}
