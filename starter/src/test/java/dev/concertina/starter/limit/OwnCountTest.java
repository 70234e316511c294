package dev.concertina.starter.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.UserTag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Counting without Redis; time is advanced by hand. */
class OwnCountTest {
    private long now = 1;
    private final Strictness strictness =
            new Strictness(LimitSettingsTest.defaults().strict(), () -> 0, () -> now, () -> {});

    private OwnCount instance(int of) {
        var fleet = new Fleet("one", Optional.of(of), 1, () -> now);
        return new OwnCount("p:{", fleet, strictness, () -> now, new Remembered(100));
    }

    private static List<Bucket> buckets(Limit... limits) {
        return Stream.of(limits)
                .map(limit ->
                        new Bucket(limit, "p:{a}:" + limit.name(), limit.key().equals("user")))
                .toList();
    }

    private static Limit limit(String rate, Away away) {
        return Limit.of("limit" + away, Rate.of(rate), 0, 1, "address", away);
    }

    private static long passed(OwnCount count, Limit... limits) {
        return IntStream.range(0, 100)
                .filter(i -> count.count(buckets(limits), Optional.empty()).passed())
                .count();
    }

    @Test
    void eachInstanceLetsItsSharePass() {
        var limit = limit("12/h", Away.SHARE);
        assertThat(passed(instance(1), limit)).isEqualTo(12);
        var one = instance(4);
        assertThat(passed(one, limit)).isEqualTo(3);
        now += Duration.ofMinutes(20).toNanos();
        assertThat(passed(one, limit)).as("one more every twenty minutes").isEqualTo(1);
    }

    @Test
    void strictLetsHalfOfTheSharePass() {
        assertThat(passed(instance(2), limit("12/h", Away.STRICT))).isEqualTo(3);
    }

    @Test
    void openLetsEverybodyPass() {
        assertThat(passed(instance(4), limit("1/h", Away.OPEN))).isEqualTo(100);
    }

    @Test
    void allPassOrNoneIsCountedIn() {
        var one = instance(1);
        var wide = Limit.of("wide", Rate.of("10/h"), 0, 1, "address", Away.SHARE);
        var narrow = Limit.of("narrow", Rate.of("1/h"), 0, 1, "address", Away.SHARE);
        assertThat(passed(one, wide, narrow)).isEqualTo(1);
        assertThat(passed(one, wide)).isEqualTo(9);
    }

    @Test
    void aUserHasABucketOfTheirOwn() {
        var one = instance(1);
        var limit = buckets(Limit.of("u", Rate.of("1/h"), 0, 1, "user", Away.SHARE));
        var ada = Optional.of(UserTag.of("ada"));
        assertThat(one.count(limit, ada).passed()).isTrue();
        assertThat(one.count(limit, ada).passed()).isFalse();
        assertThat(one.count(limit, Optional.empty()).passed()).isTrue();
    }

    @Test
    void memoryIsBoundedAndTheSoonestMakeRoom() {
        var remembered = new Remembered(100);
        for (int i = 0; i < 10_000; i++) {
            remembered.put("name" + i, now, Duration.ofSeconds(i + 1).toNanos());
        }
        assertThat(remembered.size()).isBetween(80, 100);
        assertThat(remembered.left("name9999", now)).isPositive();
        assertThat(remembered.left("name1", now)).isZero();
        now += Duration.ofSeconds(20_000).toNanos();
        assertThat(remembered.left("name9999", now)).isZero();
    }
}
