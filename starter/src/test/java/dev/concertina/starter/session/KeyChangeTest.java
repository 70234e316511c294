package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.request.UnusableStoreException;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.SealBroken;
import dev.concertina.starter.testing.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockServletContext;
import org.springframework.util.unit.DataSize;

/** Instances with other keys, one after another and at the same time, on one store. */
class KeyChangeTest {
    private static final String OLD = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String NEW = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    private static final Duration NOT_LONG = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final Redis redis = RedisAccess.open(TestRedis.url(), "change-" + SessionId.text(6));
    private final SessionStore store = new RedisSessionStore(redis, Duration.ofDays(90));
    private final KeyLedger ledger = store.ledger().orElseThrow();

    @AfterEach
    void disconnect() {
        redis.close();
    }

    /** One instance as far as its sessions go. */
    private final class Replica {
        private final Sessions sessions;
        private final KeyRing ring;
        private final KeyChange change;

        Replica(Duration quiet, String... keys) {
            ring = new KeyRing(List.of(keys));
            sessions =
                    new Sessions(
                            store,
                            new SessionCache(0),
                            new ValueCodec(List.of(), name -> false, getClass().getClassLoader()),
                            Optional.of(ring),
                            new Stamps(Optional.of(ring), "ns", true),
                            "ns",
                            Duration.ofDays(30),
                            Duration.ofHours(1),
                            Optional.empty(),
                            new SessionEvents(List::of, SessionBeans.NONE),
                            DataSize.ofMegabytes(1));
            change = new KeyChange(sessions, store, ledger, ring, SessionId.text(6), quiet);
        }

        SessionKey created(Map<String, String> values) {
            var now = Instant.now();
            var owner = SessionId.text(16);
            var view =
                    SessionView.created(
                            sessions,
                            new MockServletContext(),
                            new Stored(
                                    owner,
                                    "0:",
                                    now,
                                    now,
                                    Duration.ofDays(1),
                                    Optional.empty(),
                                    "",
                                    Map.of()));
            values.forEach(view::setAttribute);
            assertThat(view.keep()).isTrue();
            return view.sessionId().key();
        }

        Map<String, String> read(SessionKey key) {
            var session = sessions.peek(key).orElseThrow();
            var values = new HashMap<String, String>();
            for (var name : session.names()) {
                var value = session.value(name).flatMap(sessions.codec()::decode).orElseThrow();
                values.put(name, value.toString());
            }
            return values;
        }
    }

    private static void passes() {
        LockSupport.parkNanos(NOT_LONG.multipliedBy(5).toNanos());
    }

    @Test
    void whatTheOldKeySealedTheNewOneOpensAfterwards() {
        var before = new Replica(LONG, OLD);
        before.change.begin(true);
        var keys =
                List.of(
                        before.created(Map.of("a", "1", "b", "2")),
                        before.created(Map.of("c", "3")),
                        before.created(Map.of()));
        var now = new Replica(NOT_LONG, NEW, OLD);
        now.change.begin(true);
        passes();
        now.change.turn();
        var later = new Replica(LONG, NEW);
        later.change.begin(true);
        assertThat(later.read(keys.get(0))).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(later.read(keys.get(1))).isEqualTo(Map.of("c", "3"));
        assertThat(later.read(keys.get(2))).isEmpty();
        assertThat(ledger.noted()).containsOnlyKeys(later.ring.active());
        // And nothing else may be said of the old one.
        assertThatThrownBy(() -> before.read(keys.get(1))).isInstanceOf(SealBroken.class);
    }

    @Test
    void nothingHappensWhileSomebodySealsWithTheOldKey() {
        var old = new Replica(LONG, OLD, NEW);
        old.change.begin(true);
        var key = old.created(Map.of("a", "1"));
        var now = new Replica(LONG, NEW, OLD);
        now.change.begin(true);
        now.change.turn();
        assertThat(ledger.noted()).containsKey(old.ring.active());
        assertThat(new Replica(LONG, OLD).read(key)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void oneInstanceDoesIt() {
        var old = new Replica(LONG, OLD);
        old.change.begin(true);
        var key = old.created(Map.of("a", "1"));
        var now = new Replica(NOT_LONG, NEW, OLD);
        passes();
        assertThat(ledger.lease("another instance", Duration.ofMinutes(1))).isTrue();
        now.change.turn();
        assertThat(new Replica(LONG, OLD).read(key)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void anOldKeyThatIsStillNeededStays() {
        var old = new Replica(LONG, OLD);
        old.change.begin(true);
        var key = old.created(Map.of("a", "1"));
        var whole = store.peek(key).orElseThrow();
        var cut = Optional.ofNullable(whole.values().get("a")).orElseThrow().clone();
        cut[cut.length - 1] ^= 1;
        store.reseal(key, whole, Map.of("a", cut), Optional.empty());
        var now = new Replica(NOT_LONG, NEW, OLD);
        passes();
        now.change.turn();
        assertThat(ledger.noted()).containsKeys(old.ring.active(), now.ring.active());
    }

    @Test
    void aStartWithoutAKeyThatIsNeededEndsAndNamesTheSetting() {
        var old = new Replica(LONG, OLD);
        old.change.begin(true);
        var lacking = new Replica(LONG, NEW);
        assertThatThrownBy(() -> lacking.change.begin(true))
                .isInstanceOfSatisfying(
                        UnusableStoreException.class,
                        e -> {
                            assertThat(e)
                                    .hasMessageContaining("concertina.session.keys")
                                    .hasMessageContaining(KeyRing.name(old.ring.active()))
                                    .hasMessageNotContaining(OLD);
                            assertThat(e.action())
                                    .contains("concertina.session.keys")
                                    .contains("concertina.session.unknown-key=ignore");
                        });
        assertThat(ledger.noted()).as("it sealed nothing").containsOnlyKeys(old.ring.active());
        lacking.change.begin(false);
        assertThat(ledger.noted()).containsKey(lacking.ring.active());
    }

    @Test
    void aSessionPutUnderAnotherIdIsNobodys() {
        var instance = new Replica(LONG, OLD);
        var key = instance.created(Map.of("login", "ada"));
        var whole = store.peek(key).orElseThrow();
        var own = SessionId.random().key();
        store.save(
                own,
                new Change(
                        SessionId.text(6),
                        whole.owner(),
                        true,
                        Optional.of(whole.idle()),
                        Optional.empty(),
                        whole.values(),
                        Set.of(),
                        Optional.empty(),
                        Optional.of(whole.stamp())));
        assertThat(store.peek(own)).isPresent();
        assertThat(instance.sessions.peek(own)).isEmpty();
        assertThat(instance.read(key)).isEqualTo(Map.of("login", "ada"));
    }
}
