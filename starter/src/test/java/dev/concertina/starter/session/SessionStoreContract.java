package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every session store promises. */
abstract class SessionStoreContract {
    static final Duration LIFETIME = Duration.ofDays(90);
    static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration DAY = Duration.ofDays(1);

    abstract SessionStore store();

    /** Lets the store's own time pass. */
    abstract void pass(SessionKey key, Duration time);

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Change change(Map<String, String> puts, String... removals) {
        return new Change(
                SessionId.text(6),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                values(puts),
                Set.of(removals),
                Optional.empty());
    }

    private static Map<String, byte[]> values(Map<String, String> puts) {
        var values = new HashMap<String, byte[]>();
        puts.forEach((name, text) -> values.put(name, bytes(text)));
        return values;
    }

    static Change creation(Map<String, String> puts) {
        return new Change(
                SessionId.text(6),
                Optional.of("owner"),
                Optional.of(IDLE),
                Optional.empty(),
                values(puts),
                Set.of(),
                Optional.empty());
    }

    private static Change idling(Optional<String> creates, Duration idle) {
        return new Change(
                SessionId.text(6),
                creates,
                Optional.of(idle),
                Optional.empty(),
                Map.of(),
                Set.of(),
                Optional.empty());
    }

    static Change move(SessionKey to) {
        return new Change(
                SessionId.text(6),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Set.of(),
                Optional.of(to));
    }

    private SessionKey created(Map<String, String> puts) {
        var key = SessionId.random().key();
        assertThat(store().save(key, creation(puts))).isInstanceOf(Outcome.Kept.class);
        return key;
    }

    private Optional<Stored> whole(SessionKey key) {
        return store().find(key, "", DAY) instanceof Found.Whole(Stored session, boolean touched)
                ? Optional.of(session)
                : Optional.empty();
    }

    private Map<String, String> texts(SessionKey key) {
        var texts = new HashMap<String, String>();
        whole(key)
                .orElseThrow()
                .values()
                .forEach((name, value) ->
                        texts.put(name, new String(value, StandardCharsets.UTF_8)));
        return texts;
    }

    @Test
    void anUnknownIdIsNothing() {
        assertThat(store().find(SessionId.random().key(), "", DAY))
                .isInstanceOf(Found.Nothing.class);
    }

    @Test
    void aNewSessionIsFoundWhole() {
        var key = created(Map.of("a", "1", "b:~", "2"));
        assertThat(texts(key)).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b:~", "2"));
        assertThat(whole(key).orElseThrow().owner()).isEqualTo("owner");
        assertThat(whole(key).orElseThrow().idle()).isEqualTo(IDLE);
    }

    @Test
    void onlyTheKnownVersionIsTheSame() {
        var key = created(Map.of("a", "1"));
        var version = whole(key).orElseThrow().version();
        assertThat(store().find(key, version, DAY)).isInstanceOf(Found.Same.class);
        store().save(key, change(Map.of("a", "2")));
        assertThat(store().find(key, version, DAY)).isInstanceOf(Found.Whole.class);
    }

    @Test
    void twoContentsNeverShareAVersion() {
        var one = created(Map.of());
        var other = created(Map.of());
        assertThat(whole(one).orElseThrow().version())
                .isNotEqualTo(whole(other).orElseThrow().version());
    }

    static Change belonging(String user) {
        return new Change(
                SessionId.text(6),
                Optional.empty(),
                Optional.empty(),
                Optional.of(user),
                Map.of(),
                Set.of(),
                Optional.empty());
    }

    @Test
    void aSessionBelongsToWhoLoggedInLast() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        assertThat(whole(id.key()).orElseThrow().user()).isEmpty();
        var ada = UserTag.of("ada");
        store().save(id.key(), belonging(ada.value()));
        var moved = id.successor().key();
        store().save(id.key(), move(moved));
        assertThat(whole(moved).orElseThrow().user()).hasValue(ada);
        store().save(moved, belonging(Change.NOBODY));
        assertThat(whole(moved).orElseThrow().user()).isEmpty();
    }

    @Test
    void aChangeTouchesOnlyItsAttributes() {
        var key = created(Map.of("a", "1", "b", "2", "c", "3"));
        store().save(key, change(Map.of("b", "20"), "c"));
        assertThat(texts(key)).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "20"));
    }

    @Test
    void aRepeatedOperationChangesNothing() {
        var key = created(Map.of());
        var change = change(Map.of("a", "1"));
        var first = store().save(key, change);
        store().save(key, change(Map.of("a", "2")));
        store().save(key, change);
        assertThat(first).isInstanceOf(Outcome.Kept.class);
        assertThat(texts(key)).containsEntry("a", "2");
    }

    @Test
    void aLateWriteDoesNotBringAnEndedSessionBack() {
        var key = created(Map.of("a", "1"));
        store().delete(key);
        assertThat(store().save(key, change(Map.of("a", "2")))).isInstanceOf(Outcome.Gone.class);
        assertThat(whole(key)).isEmpty();
    }

    @Test
    void aMovedSessionIsFoundOnlyUnderItsNewId() {
        var key = created(Map.of("a", "1"));
        var to = SessionId.random().key();
        to = new SessionKey(key.value().substring(0, 7) + to.value().substring(7));
        assertThat(store().save(key, move(to))).isInstanceOf(Outcome.Kept.class);
        assertThat(whole(key)).isEmpty();
        assertThat(texts(to)).containsEntry("a", "1");
    }

    @Test
    void aLateWriteUnderTheOldIdIsLedToTheNew() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        var to = id.successor().key();
        store().save(id.key(), move(to));
        var late = change(Map.of("late", "1"));
        assertThat(store().save(id.key(), late)).isEqualTo(new Outcome.Moved(to));
        assertThat(store().save(to, late)).isInstanceOf(Outcome.Kept.class);
        assertThat(texts(to)).containsEntry("late", "1");
    }

    @Test
    void aRepeatedMoveIsKept() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        var move = move(id.successor().key());
        store().save(id.key(), move);
        assertThat(store().save(id.key(), move)).isInstanceOf(Outcome.Kept.class);
    }

    @Test
    void endingTheOldIdEndsTheMovedSession() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        var to = id.successor().key();
        store().save(id.key(), move(to));
        store().delete(id.key());
        assertThat(whole(to)).isEmpty();
    }

    @Test
    void anIdleSessionEnds() {
        var key = created(Map.of());
        pass(key, IDLE.plusSeconds(1));
        assertThat(whole(key)).isEmpty();
        assertThat(store().save(key, change(Map.of("a", "1")))).isInstanceOf(Outcome.Gone.class);
    }

    @Test
    void aWriteDoesNotProlongASessionThatWasIdleTooLong() {
        var key = created(Map.of());
        pass(key, IDLE.plusSeconds(1));
        assertThat(store().save(key, change(Map.of("a", "1")))).isInstanceOf(Outcome.Gone.class);
        assertThat(whole(key)).isEmpty();
    }

    @Test
    void aSessionEndsAfterItsLifetimeHoweverBusy() {
        var key = SessionId.random().key();
        store().save(key, idling(Optional.of("owner"), Duration.ZERO));
        pass(key, LIFETIME.minusSeconds(60));
        assertThat(whole(key)).isPresent();
        pass(key, Duration.ofSeconds(61));
        assertThat(whole(key)).isEmpty();
    }

    @Test
    void aLateIdleTimeDoesNotBringAnEndedSessionBack() {
        var key = created(Map.of("a", "1"));
        store().delete(key);
        assertThat(store().save(key, idling(Optional.empty(), IDLE)))
                .isInstanceOf(Outcome.Gone.class);
        assertThat(whole(key)).isEmpty();
    }

    @Test
    void anAccessIsNotedAtMostOnceInATenthOfTheIdleTime() {
        var key = created(Map.of());
        assertThat(store().find(key, "", DAY).touched()).isFalse();
        pass(key, IDLE.dividedBy(10).plusSeconds(1));
        assertThat(store().find(key, "", DAY).touched()).isTrue();
        assertThat(store().find(key, "", DAY).touched()).isFalse();
    }

    @Test
    void anAccessKeepsASessionAlive() {
        var key = created(Map.of());
        for (int i = 0; i < 4; i++) {
            pass(key, IDLE.dividedBy(2));
            assertThat(whole(key)).isPresent();
        }
    }

    @Test
    void parallelWritersLoseNothing() throws Exception {
        var key = created(Map.of());
        var tasks = new ArrayList<Callable<String>>();
        for (int writer = 0; writer < 16; writer++) {
            for (int i = 0; i < 20; i++) {
                var name = writer + "-" + i;
                tasks.add(() ->
                        store().save(key, change(Map.of(name, name, "last", name)))
                                        instanceof Outcome.Kept kept
                                ? kept.version()
                                : "lost");
            }
        }
        List<String> versions = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(tasks)) {
                versions.add(answer.get());
            }
        }
        // Each acknowledged write has a version of its own, and each is there.
        assertThat(new HashSet<>(versions)).hasSize(320).doesNotContain("lost");
        assertThat(texts(key)).hasSize(321);
        assertThat(Stored.counter(whole(key).orElseThrow().version())).isEqualTo(321);
    }
}
