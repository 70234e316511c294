package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Outage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class SessionsTest {
    private static final SessionKey KEY = SessionId.random().key();

    private final AtomicInteger saves = new AtomicInteger();

    /** A store whose session has another id each time somebody writes, so many times. */
    private Sessions moving(int times) {
        var store =
                (SessionStore)
                        Proxy.newProxyInstance(
                                SessionStore.class.getClassLoader(),
                                new Class<?>[] {SessionStore.class},
                                (proxy, method, arguments) ->
                                        saves.getAndIncrement() < times
                                                ? new Outcome.Moved(SessionId.random().key())
                                                : new Outcome.Kept("7:x"));
        return new Sessions(
                store,
                new SessionCache(10),
                new ValueCodec(List.of(), name -> false, getClass().getClassLoader()),
                Optional.empty(),
                new Stamps(Optional.empty(), "ns", true),
                "ns",
                Duration.ofDays(30),
                Duration.ofHours(1),
                Optional.empty(),
                new SessionEvents(List::of, SessionBeans.NONE),
                DataSize.ofMegabytes(1));
    }

    private static boolean write(Sessions sessions) {
        var now = Instant.now();
        var stored =
                new Stored("owner", "1:x", now, now, Duration.ZERO, Optional.empty(), "", Map.of());
        return sessions.write(
                KEY,
                new OpenSession(stored, sessions.seal("owner")),
                Map.of("a", "1"),
                Set.of(),
                Optional.empty());
    }

    @Test
    void aWriteFollowsHoweverOftenTheIdChanges() {
        assertThat(write(moving(1_000))).isTrue();
        assertThat(saves).hasValue(1_001);
    }

    @Test
    void aWriteThatCannotFollowIsRefusedAndNotDropped() {
        assertThatThrownBy(() -> write(moving(Integer.MAX_VALUE)))
                .isInstanceOfSatisfying(Outage.class, e -> assertThat(e.isAway()).isFalse());
    }

    @Test
    void sessionsAreCountedWhenSomebodyAsksAndNotTooOften() {
        var clock = new AtomicLong();
        var answers = new AtomicInteger();
        var store =
                (SessionStore)
                        Proxy.newProxyInstance(
                                SessionStore.class.getClassLoader(),
                                new Class<?>[] {SessionStore.class},
                                (proxy, method, arguments) -> {
                                    if (answers.incrementAndGet() == 3) {
                                        throw new Outage("away", null);
                                    }
                                    return 10L * answers.get();
                                });
        var count = new SessionCount(store, Duration.ofSeconds(30), clock::get);
        assertThat(answers).hasValue(0);
        assertThat(count.get()).isEqualTo(10);
        clock.set(Duration.ofSeconds(29).toNanos());
        assertThat(count.get()).isEqualTo(10);
        clock.set(Duration.ofSeconds(31).toNanos());
        assertThat(count.get()).isEqualTo(20);
        clock.set(Duration.ofSeconds(62).toNanos());
        assertThat(count.get()).as("while the store is away").isNaN();
        clock.set(Duration.ofSeconds(93).toNanos());
        assertThat(count.get()).isEqualTo(40);
    }
}
