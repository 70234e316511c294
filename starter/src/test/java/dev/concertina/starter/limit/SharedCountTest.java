package dev.concertina.starter.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Counting in a real Redis, whose clock cannot be moved: what it wrote down is moved instead. */
class SharedCountTest {
    private static final Redis redis = RedisAccess.open(TestRedis.url(), "counts");
    private static final RedisClient client = RedisClient.create(TestRedis.url());
    private static final StatefulRedisConnection<String, String> admin = client.connect();
    private static final long HOUR = 3_600_000_000L;

    private final String prefix = "counts:" + UUID.randomUUID() + ":{";
    private final Strictness strictness = strictness();
    private final Fleet fleet = new Fleet("one", Optional.empty(), 9, System::nanoTime);
    private final SharedCount count = new SharedCount(prefix, strictness, fleet, System::nanoTime);
    private String script = SharedCount.SCRIPT;

    private static Strictness strictness() {
        return new Strictness(
                LimitSettingsTest.defaults().strict(), () -> 0, System::nanoTime, () -> {});
    }

    @AfterAll
    static void disconnect() {
        redis.close();
        client.shutdown();
    }

    private static Limit limit(String name, String rate, long burst, int cost, String key) {
        return Limit.of(name, Rate.of(rate), burst, cost, key, Away.SHARE);
    }

    private Bucket bucket(Limit limit) {
        return new Bucket(limit, Bucket.name(prefix, "address", limit), limit.key().equals("user"));
    }

    private Count ask(String user, Limit... limits) {
        return ask(count, user, limits);
    }

    private Count ask(SharedCount count, String user, Limit... limits) {
        var buckets = Stream.of(limits).map(this::bucket).toList();
        var question = count.question(buckets, Optional.empty());
        var text =
                """
                local t = redis.call('TIME')
                local now = t[1] * 1000 + math.floor(t[2] / 1000)
                local keys, args = KEYS, ARGV
                local function user() return %s end
                """
                        .formatted(user.isEmpty() ? "nil" : "'" + user + "'");
        var reply = redis.call(new Script(text + script), question.keys(), question.arguments());
        return count.read(reply, buckets);
    }

    private void pass(String name, Duration time) {
        var key = prefix + "address}:" + name;
        var tat = Long.parseLong(admin.sync().get(key));
        admin.sync().set(key, Long.toString(tat - time.toNanos() / 1000));
    }

    @Test
    void aBurstPassesAndNoMore() {
        var three = limit("three", "3/h", 0, 1, "address");
        for (int i = 2; i >= 0; i--) {
            var passed = ask("", three);
            assertThat(passed.passed()).isTrue();
            assertThat(
                            passed.standings()
                                    .getFirst()
                                    .pace()
                                    .left(passed.standings().getFirst().ahead()))
                    .isEqualTo(i);
        }
        var refused = ask("", three);
        assertThat(refused.passed()).isFalse();
        assertThat(refused.waitFor()).isBetween(HOUR / 3 - 60_000_000, HOUR / 3);
    }

    @Test
    void oneMorePassesAfterEachStep() {
        var three = limit("steps", "3/h", 0, 1, "address");
        IntStream.range(0, 3).forEach(i -> ask("", three));
        pass("steps", Duration.ofMinutes(21));
        assertThat(ask("", three).passed()).isTrue();
        assertThat(ask("", three).passed()).isFalse();
    }

    @Test
    void whatIsSavedUpIsNeverMoreThanTheBurst() {
        var three = limit("saved", "3/h", 0, 1, "address");
        ask("", three);
        pass("saved", Duration.ofDays(9));
        assertThat(IntStream.range(0, 9).filter(i -> ask("", three).passed()).count()).isEqualTo(3);
    }

    @Test
    void aCostCountsForSeveral() {
        var dear = limit("dear", "10/h", 10, 4, "address");
        assertThat(IntStream.range(0, 9).filter(i -> ask("", dear).passed()).count()).isEqualTo(2);
    }

    @Test
    void allLimitsPassOrNoneIsCountedIn() {
        var wide = limit("wide", "10/h", 0, 1, "address");
        var narrow = limit("narrow", "1/h", 0, 1, "address");
        assertThat(ask("", wide, narrow).passed()).isTrue();
        for (int i = 0; i < 5; i++) {
            var refused = ask("", wide, narrow);
            assertThat(refused.refusing())
                    .extracting(s -> s.limit().name())
                    .containsExactly("narrow");
        }
        var standing = ask("", wide).standings().getFirst();
        assertThat(standing.pace().left(standing.ahead())).isEqualTo(8);
    }

    @Test
    void aUserHasOneBucketAndStrangersThatOfTheirAddress() {
        var one = limit("whose", "1/h", 0, 1, "user");
        var ada = UserTag.of("ada").value();
        assertThat(ask(ada, one).passed()).isTrue();
        var refused = ask(ada, one);
        assertThat(refused.passed()).isFalse();
        assertThat(refused.standings().getFirst().name()).isEqualTo(prefix + ada + "}:whose");
        assertThat(ask("", one).passed()).isTrue();
        assertThat(ask(UserTag.of("bob").value(), one).passed()).isTrue();
        assertThat(ask("", one).standings().getFirst().name()).isEqualTo(prefix + "address}:whose");
    }

    @Test
    void aBucketEndsWhenItIsFullAgain() {
        ask("", limit("ends", "3/h", 0, 1, "address"));
        assertThat(admin.sync().pttl(prefix + "address}:ends")).isBetween(1_000_000L, 1_200_001L);
    }

    @Test
    void manyAtOnceNeverGetMore() throws Exception {
        var ten = limit("many", "10/h", 0, 1, "address");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked =
                    threads.invokeAll(
                            IntStream.range(0, 64)
                                    .<Callable<Boolean>>mapToObj(i -> () -> ask("", ten).passed())
                                    .toList());
            int passed = 0;
            for (var answer : asked) {
                passed += answer.get() ? 1 : 0;
            }
            assertThat(passed).isEqualTo(10);
        }
    }

    @Test
    void instancesAreCountedWhileTheyReport() {
        assertThat(fleet.size()).isEqualTo(9);
        var any = limit("any", "100/s", 0, 1, "address");
        ask("", any);
        assertThat(fleet.size()).isEqualTo(1);
        var second = new Fleet("two", Optional.empty(), 9, System::nanoTime);
        ask(new SharedCount(prefix, strictness(), second, System::nanoTime), "", any);
        assertThat(second.size()).isEqualTo(2);
        admin.sync()
                .zadd(
                        prefix + "fleet}:instances",
                        (double) (System.currentTimeMillis() - 16_000),
                        "one");
        var third = new Fleet("three", Optional.empty(), 9, System::nanoTime);
        ask(new SharedCount(prefix, strictness(), third, System::nanoTime), "", any);
        assertThat(third.size()).isEqualTo(2);
    }

    @Test
    void tighteningOneInstanceAnnouncesHoldsForAll() {
        var ten = limit("ten", "10/h", 0, 1, "address");
        admin.sync().psetex(prefix + "fleet}:strict", 60_000, "500");
        var passed = IntStream.range(0, 20).filter(i -> ask("", ten).passed()).count();
        assertThat(passed).isEqualTo(5);
        assertThat(strictness.permille()).isEqualTo(500);
        admin.sync().del(prefix + "fleet}:strict");
        // Half the burst at half the rate has used up the time of all ten.
        assertThat(ask("", ten).passed()).isFalse();
        pass("ten", Duration.ofMinutes(7));
        assertThat(ask("", ten).passed()).isTrue();
    }

    private record Guard(
            String name, String lines, String instead, Consumer<SharedCountTest> scenario) {}

    @SuppressWarnings("JUnitMethodInvoked")
    private static final List<Guard> GUARDS =
            List.of(
                    new Guard(
                            "a limit that is used up refuses",
                            "if next[i] - us > step * burst then passed = false end",
                            "",
                            test -> test.aBurstPassesAndNoMore()),
                    new Guard(
                            "nothing is counted when one refuses",
                            "  if passed then\n    ahead[i]",
                            "  if true then\n    ahead[i]",
                            test -> test.allLimitsPassOrNoneIsCountedIn()),
                    new Guard(
                            "no more is saved up than the burst",
                            "math.max(tonumber(redis.call('GET', names[i]) or 0), us)",
                            "tonumber(redis.call('GET', names[i]) or us)",
                            test -> test.whatIsSavedUpIsNeverMoreThanTheBurst()),
                    new Guard(
                            "a user counts in the user's bucket",
                            "if who ~= '' then names[i] = args[1] .. who .. args[p + 4] end",
                            "",
                            test -> test.aUserHasOneBucketAndStrangersThatOfTheirAddress()),
                    new Guard(
                            "a bucket has an end",
                            ",\n      'PX', string.format('%.0f', math.ceil(ahead[i] / 1000) + 1))",
                            ")",
                            test -> test.aBucketEndsWhenItIsFullAgain()),
                    new Guard(
                            "an instance that ended is not counted",
                            "redis.call('ZREMRANGEBYSCORE', keys[2], '-inf',"
                                    + " string.format('%.0f', now - 15000))",
                            "",
                            test -> test.instancesAreCountedWhileTheyReport()),
                    new Guard(
                            "strict mode tightens the burst",
                            "burst = math.max(cost, math.floor(burst * permille / 1000))",
                            "",
                            test -> test.tighteningOneInstanceAnnouncesHoldsForAll()));

    @TestFactory
    Stream<DynamicTest> aMissingGuardIsNoticed() {
        return GUARDS.stream()
                .map(guard -> DynamicTest.dynamicTest(guard.name(), () -> assertMissed(guard)));
    }

    private static void assertMissed(Guard guard) {
        var without = SharedCount.SCRIPT.replace(guard.lines(), guard.instead());
        assertThat(without)
                .as("the script holds '%s'", guard.lines())
                .isNotEqualTo(SharedCount.SCRIPT);
        var test = new SharedCountTest();
        test.script = without;
        assertThat(test.ask("", limit("first", "1/h", 0, 1, "address")).passed()).isTrue();
        assertThatThrownBy(() -> guard.scenario().accept(test)).as(guard.name()).isNotNull();
    }
}
