package dev.concertina.starter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link CacheStore} does. */
abstract class CacheStoreContract {
    private static final Duration LONG = Duration.ofMinutes(1);

    private CacheStore store;
    private EntryName name;

    abstract CacheStore open();

    /** Lets so much time pass for the store. */
    abstract void pass(Duration time);

    @BeforeEach
    void aStore() {
        store = open();
        name = new EntryName("things", "s:" + UUID.randomUUID());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String value() {
        return store.get(name, "reader", Duration.ZERO) instanceof Got.Value got
                ? new String(got.bytes(), StandardCharsets.UTF_8)
                : "";
    }

    private boolean leased(String token) {
        return store.get(name, token, LONG) instanceof Got.Nothing nothing && nothing.leased();
    }

    private Position here() {
        return store.missed(Position.UNKNOWN).now();
    }

    @Test
    void whoKnowsNothingMayHaveMissedAnything() {
        assertThat(store.missed(Position.UNKNOWN)).isInstanceOf(Missed.Unknown.class);
        assertThat(store.missed(new Position(1_000_000, "x"))).isInstanceOf(Missed.Unknown.class);
    }

    @Test
    void whatBecameInvalidIsToldInOrderAndOnce() {
        var before = here();
        long first = store.put(name, bytes("1"), LONG);
        long second = store.evict(name).sequence();
        long third = store.clear("things");
        assertThat(store.missed(before))
                .isInstanceOfSatisfying(
                        Missed.Known.class,
                        known -> {
                            assertThat(known.entries())
                                    .containsExactly(
                                            new Invalidation(
                                                    first, "things", Optional.of(name.key())),
                                            new Invalidation(
                                                    second, "things", Optional.of(name.key())),
                                            new Invalidation(third, "things", Optional.empty()));
                            assertThat(known.now().sequence()).isEqualTo(third);
                            assertThat(store.missed(known.now()))
                                    .isEqualTo(new Missed.Known(known.now(), new ArrayList<>()));
                        });
    }

    @Test
    void whoMissedTooMuchMayHaveMissedAnything() {
        var before = here();
        for (int i = 0; i <= CacheStore.CAUGHT_UP_MAX; i++) {
            store.evict(name);
        }
        var missed = store.missed(before);
        assertThat(missed).isInstanceOf(Missed.Unknown.class);
        assertThat(store.missed(missed.now())).isInstanceOf(Missed.Known.class);
    }

    @Test
    void aValueIsGoodAsOfItsPlaceInTheList() {
        long at = store.put(name, bytes("1"), LONG);
        assertThat(store.get(name, "t", Duration.ZERO))
                .isInstanceOfSatisfying(
                        Got.Value.class,
                        got -> {
                            assertThat(got.bytes()).isEqualTo(bytes("1"));
                            assertThat(got.asOf()).isGreaterThanOrEqualTo(at);
                            assertThat(got.left()).isBetween(Duration.ofSeconds(1), LONG);
                        });
    }

    @Test
    void aValueEnds() {
        store.put(name, bytes("1"), Duration.ofMillis(50));
        pass(Duration.ofMillis(60));
        assertThat(value()).isEmpty();
    }

    @Test
    void oneAtATimeLoads() {
        assertThat(leased("a")).isTrue();
        assertThat(leased("b")).isFalse();
        assertThat(store.lease(name, "c", LONG)).isFalse();
        assertThat(store.fill(name, "b", bytes("b"), LONG)).isEmpty();
        assertThat(store.fill(name, "a", bytes("a"), LONG)).isPresent();
        assertThat(value()).isEqualTo("a");
    }

    @Test
    void aLeaseThatIsGivenBackIsAnothers() {
        assertThat(leased("a")).isTrue();
        store.release(name, "b");
        assertThat(leased("b")).isFalse();
        store.release(name, "a");
        assertThat(leased("b")).isTrue();
    }

    @Test
    void aLeaseEnds() {
        assertThat(store.lease(name, "a", Duration.ofMillis(50))).isTrue();
        pass(Duration.ofMillis(60));
        assertThat(leased("b")).isTrue();
        assertThat(store.fill(name, "a", bytes("late"), LONG)).isEmpty();
    }

    @Test
    void whatWasLoadedBeforeAnEvictionIsNotKept() {
        assertThat(leased("a")).isTrue();
        store.evict(name);
        assertThat(store.fill(name, "a", bytes("old"), LONG)).isEmpty();
        assertThat(value()).isEmpty();
    }

    @Test
    void whatWasLoadedBeforeAWriteIsNotKept() {
        assertThat(leased("a")).isTrue();
        store.put(name, bytes("new"), LONG);
        assertThat(store.fill(name, "a", bytes("old"), LONG)).isEmpty();
        assertThat(value()).isEqualTo("new");
    }

    @Test
    void whatWasLoadedBeforeAClearingIsNotKept() {
        assertThat(leased("a")).isTrue();
        store.clear("things");
        assertThat(store.fill(name, "a", bytes("old"), LONG)).isEmpty();
        assertThat(value()).isEmpty();
    }

    @Test
    void clearingEmptiesOneCache() {
        var other = new EntryName("others", name.key());
        store.put(name, bytes("1"), LONG);
        store.put(other, bytes("2"), LONG);
        store.clear("things");
        assertThat(value()).isEmpty();
        assertThat(store.get(other, "t", Duration.ZERO)).isInstanceOf(Got.Value.class);
        store.put(name, bytes("3"), LONG);
        assertThat(value()).isEqualTo("3");
    }

    @Test
    void fillingMakesNothingInvalid() {
        assertThat(leased("a")).isTrue();
        var before = here();
        store.fill(name, "a", bytes("1"), LONG);
        assertThat(store.missed(before)).isInstanceOf(Missed.Known.class);
        assertThat(store.missed(before).now()).isEqualTo(before);
    }

    @Test
    void onlyTheFirstWritesIfAbsent() {
        assertThat(store.putIfAbsent(name, bytes("1"), LONG).there()).isEmpty();
        assertThat(store.putIfAbsent(name, bytes("2"), LONG).there()).isPresent();
        assertThat(value()).isEqualTo("1");
    }

    @Test
    void evictingSaysWhetherThereWasAnything() {
        assertThat(store.evict(name).existed()).isFalse();
        store.put(name, bytes("1"), LONG);
        assertThat(store.evict(name).existed()).isTrue();
        assertThat(value()).isEmpty();
    }
}
