package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
    private static final Duration LEASE = Duration.ofMinutes(1);

    abstract SessionStore store();

    /** Lets the store's own time pass. */
    abstract void pass(SessionKey key, Duration time);

    private void pass(Set<SessionKey> keys, Duration time) {
        // A clock that is everybody's is moved once.
        for (var key : keys) {
            if (store().peek(key).isPresent()) {
                pass(key, time);
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Change change(Map<String, String> puts, String... removals) {
        return changeOf("owner", puts, removals);
    }

    static Change changeOf(String owner, Map<String, String> puts, String... removals) {
        return new Change(
                SessionId.text(6),
                owner,
                false,
                Optional.empty(),
                Optional.empty(),
                values(puts),
                Set.of(removals),
                Optional.empty(),
                Optional.empty());
    }

    private static Map<String, byte[]> values(Map<String, String> puts) {
        var values = new HashMap<String, byte[]>();
        puts.forEach((name, text) -> values.put(name, bytes(text)));
        return values;
    }

    static Change creation(Map<String, String> puts) {
        return creationOf("owner", puts);
    }

    static Change creationOf(String owner, Map<String, String> puts) {
        return new Change(
                SessionId.text(6),
                owner,
                true,
                Optional.of(IDLE),
                Optional.empty(),
                values(puts),
                Set.of(),
                Optional.empty(),
                Optional.of("stamp at first"));
    }

    private static Change idling(boolean creates, Duration idle) {
        return new Change(
                SessionId.text(6),
                "owner",
                creates,
                Optional.of(idle),
                Optional.empty(),
                Map.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty());
    }

    static Change move(SessionKey to) {
        return moveOf("owner", Map.of(), to);
    }

    static Change moveOf(String owner, Map<String, byte[]> puts, SessionKey to) {
        return new Change(
                SessionId.text(6),
                owner,
                false,
                Optional.empty(),
                Optional.empty(),
                puts,
                Set.of(),
                Optional.of(to),
                Optional.of("stamp at " + to));
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
                "owner",
                false,
                Optional.empty(),
                Optional.of(user),
                Map.of(),
                Set.of(),
                Optional.empty(),
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
    void aLateWriteIsLedToTheNewestIdAtOnce() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        var at = id;
        for (int i = 0; i < 20; i++) {
            var to = at.successor();
            store().save(at.key(), move(to.key()));
            at = to;
        }
        var late = change(Map.of("late", "1"));
        assertThat(store().save(id.key(), late)).isEqualTo(new Outcome.Moved(at.key()));
        assertThat(store().delete(id.key())).isTrue();
        assertThat(whole(at.key())).isEmpty();
    }

    @Test
    void theStampIsTheOneOfTheLastMove() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        store().save(id.key(), change(Map.of("a", "1")));
        assertThat(whole(id.key()).orElseThrow().stamp()).isEqualTo("stamp at first");
        var to = id.successor().key();
        store().save(id.key(), move(to));
        store().save(to, change(Map.of("a", "2")));
        assertThat(whole(to).orElseThrow().stamp()).isEqualTo("stamp at " + to);
    }

    @Test
    void whatIsThereIsCounted() {
        long before = store().count();
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        store().save(id.key(), move(id.successor().key()));
        var ended = created(Map.of());
        created(Map.of());
        assertThat(store().count() - before).isEqualTo(3);
        store().delete(ended);
        assertThat(store().count() - before).isEqualTo(2);
    }

    private Map<SessionKey, Stored> shown() {
        var shown = new HashMap<SessionKey, Stored>();
        assertThat(
                        store().each(some -> {
                            shown.putAll(some);
                            return true;
                        }))
                .isTrue();
        return shown;
    }

    @Test
    void allAreShown() {
        var keys = new HashSet<SessionKey>();
        for (int i = 0; i < 120; i++) {
            keys.add(created(Map.of("a", Integer.toString(i))));
        }
        assertThat(shown()).containsKeys(keys.toArray(SessionKey[]::new));
        assertThat(shown().values())
                .allSatisfy(session -> assertThat(session.owner()).isNotEmpty());
        assertThat(store().each(some -> false)).as("who has seen enough").isFalse();
    }

    @Test
    void aSessionThatMovesWhileAllAreShownIsShown() {
        var id = SessionId.random();
        var ids = new ArrayList<>(List.of(id));
        store().save(id.key(), creation(Map.of()));
        // Others, so that there is more than one page; each move is made behind the looker's back.
        for (int i = 0; i < 60; i++) {
            created(Map.of());
        }
        var shown = new HashSet<SessionKey>();
        store().each(some -> {
            shown.addAll(some.keySet());
            if (ids.size() < 4) {
                var next = ids.getLast().successor();
                store().save(ids.getLast().key(), move(next.key()));
                ids.add(next);
            }
            return true;
        });
        assertThat(ids.stream().map(SessionId::key)).anyMatch(shown::contains);
    }

    @Test
    void onlyWhatWasSeenIsSealedAnew() {
        var key = created(Map.of("a", "1", "b", "2", "c", "3"));
        var seen = whole(key).orElseThrow();
        store().save(key, change(Map.of("b", "20"), "c"));
        var version = whole(key).orElseThrow().version();
        store().reseal(
                        key,
                        seen,
                        Map.of("a", bytes("1 anew"), "b", bytes("2 anew"), "c", bytes("3 anew")),
                        Optional.of("stamp anew"));
        assertThat(texts(key)).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1 anew", "b", "20"));
        assertThat(whole(key).orElseThrow().stamp()).isEqualTo("stamp anew");
        assertThat(whole(key).orElseThrow().version()).isEqualTo(version);
        store().reseal(key, seen, Map.of(), Optional.of("from an old look"));
        assertThat(whole(key).orElseThrow().stamp()).isEqualTo("stamp anew");
        store().delete(key);
        store().reseal(key, seen, Map.of("a", bytes("1")), Optional.of("stamp"));
        assertThat(whole(key)).as("an ended session").isEmpty();
        assertThat(store().peek(key)).isEmpty();
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
        store().save(key, idling(true, Duration.ZERO));
        pass(key, LIFETIME.minusSeconds(60));
        assertThat(whole(key)).isPresent();
        pass(key, Duration.ofSeconds(61));
        assertThat(whole(key)).isEmpty();
    }

    @Test
    void aLateIdleTimeDoesNotBringAnEndedSessionBack() {
        var key = created(Map.of("a", "1"));
        store().delete(key);
        assertThat(store().save(key, idling(false, IDLE))).isInstanceOf(Outcome.Gone.class);
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

    private SessionKey of(UserTag user) {
        var key = created(Map.of("a", "1"));
        store().save(key, belonging(user.value()));
        return key;
    }

    @Test
    void theSessionsOfAUserAreKnown() {
        var ada = UserTag.of("ada " + SessionId.text(6));
        var bob = UserTag.of("bob " + SessionId.text(6));
        var one = of(ada);
        var two = of(ada);
        var other = of(bob);
        assertThat(store().ofUser(ada)).containsOnlyKeys(one, two);
        assertThat(store().ofUser(bob)).containsOnlyKeys(other);
        assertThat(store().ofUser(ada).values())
                .allSatisfy(session -> assertThat(session.values()).containsEntry("a", bytes("1")));
        assertThat(store().ofUser(UserTag.of("nobody we know"))).isEmpty();
    }

    @Test
    void aSessionCreatedByItsUserIsKnownToo() {
        var ada = UserTag.of("ada " + SessionId.text(6));
        var key = SessionId.random().key();
        var creation = creation(Map.of());
        store().save(
                        key,
                        new Change(
                                creation.operation(),
                                creation.owner(),
                                true,
                                creation.idle(),
                                Optional.of(ada.value()),
                                Map.of(),
                                Set.of(),
                                Optional.empty(),
                                Optional.empty()));
        assertThat(store().ofUser(ada)).containsOnlyKeys(key);
    }

    @Test
    void aUsersSessionIsKnownUnderItsNewId() {
        var ada = UserTag.of("ada " + SessionId.text(6));
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        store().save(id.key(), belonging(ada.value()));
        var next = id.successor().key();
        store().save(id.key(), move(next));
        assertThat(store().ofUser(ada)).containsOnlyKeys(next);
    }

    @Test
    void whatEndedOrBelongsToSomebodyElseIsNotAUsersSession() {
        var ada = UserTag.of("ada " + SessionId.text(6));
        var deleted = of(ada);
        var idle = of(ada);
        var loggedOut = of(ada);
        var given = of(ada);
        var stays = of(ada);
        store().delete(deleted);
        pass(idle, IDLE.plusSeconds(1));
        // A clock that is everybody's has ended the others too.
        if (store().peek(stays).isEmpty()) {
            loggedOut = of(ada);
            given = of(ada);
            stays = of(ada);
        }
        store().save(loggedOut, belonging(Change.NOBODY));
        store().save(given, belonging(UserTag.of("bob").value()));
        assertThat(store().ofUser(ada)).containsOnlyKeys(stays);
        // Asking again finds the same: what is cleaned up was nobody's.
        assertThat(store().ofUser(ada)).containsOnlyKeys(stays);
    }

    @Test
    void lookingInIsNoAccess() {
        var key = created(Map.of());
        pass(key, IDLE.dividedBy(2));
        var before = store().peek(key).orElseThrow().lastAccess();
        store().ofUser(UserTag.of("ada"));
        assertThat(store().peek(key).orElseThrow().lastAccess()).isEqualTo(before);
        assertThat(store().find(key, "", DAY).touched()).isTrue();
    }

    @Test
    void onlyOneCallEndsASession() {
        var key = created(Map.of());
        assertThat(store().delete(key)).isTrue();
        assertThat(store().delete(key)).isFalse();
        assertThat(store().delete(SessionId.random().key())).isFalse();
    }

    private List<Ended> taken() {
        var all = new ArrayList<Ended>();
        for (int i = 0; i < 1000; i++) {
            var batch = store().takeEnded(50, LEASE);
            all.addAll(batch.sessions());
            if (!batch.more()) {
                return all;
            }
        }
        throw new AssertionError("there are always more sessions that ended");
    }

    private List<Ended> taken(SessionKey key) {
        return taken().stream().filter(ended -> ended.key().equals(key)).toList();
    }

    @Test
    void aSessionThatEndedIsHandedOutOnceWithWhatItHeld() {
        var ada = UserTag.of("ada");
        var key = of(ada);
        assertThat(taken(key)).as("while it lives").isEmpty();
        pass(key, IDLE.plusSeconds(1));
        assertThat(whole(key)).as("found after its end").isEmpty();
        var ended = taken(key);
        assertThat(ended).hasSize(1);
        var session = ended.getFirst().session();
        assertThat(session.values()).containsOnlyKeys("a");
        assertThat(session.owner()).isEqualTo("owner");
        assertThat(session.user()).hasValue(ada);
        assertThat(session.idle()).isEqualTo(IDLE);
        assertThat(taken(key)).as("a second time").isEmpty();
        store().forget(ended.getFirst());
        pass(key, LEASE.plusSeconds(1));
        assertThat(taken(key)).as("after it was forgotten").isEmpty();
    }

    @Test
    void anAccessPutsTheEndOff() {
        var key = created(Map.of());
        pass(key, IDLE.dividedBy(2));
        assertThat(whole(key)).isPresent();
        pass(key, IDLE.dividedBy(2).plusSeconds(1));
        assertThat(taken(key)).isEmpty();
        assertThat(whole(key)).isPresent();
        pass(key, IDLE.plusSeconds(1));
        assertThat(taken(key)).hasSize(1);
    }

    @Test
    void theEndOfALifetimeIsHandedOutToo() {
        var key = SessionId.random().key();
        store().save(key, idling(true, Duration.ZERO));
        pass(key, LIFETIME.plusSeconds(1));
        assertThat(taken(key)).hasSize(1);
    }

    @Test
    void aNewIdleTimeMovesTheEnd() {
        var key = created(Map.of());
        store().save(key, idling(false, Duration.ofMinutes(1)));
        pass(key, Duration.ofMinutes(2));
        assertThat(taken(key)).hasSize(1);
    }

    @Test
    void whatWasNotForgottenIsHandedOutAgain() {
        var key = created(Map.of("a", "1"));
        pass(key, IDLE.plusSeconds(1));
        var first = taken(key).getFirst();
        pass(key, LEASE.plusSeconds(1));
        var second = taken(key);
        assertThat(second).hasSize(1);
        assertThat(second.getFirst().session().values()).containsOnlyKeys("a");
        store().forget(first);
        pass(key, LEASE.plusSeconds(1));
        var third = taken(key);
        assertThat(third).as("the first's word came too late to count").hasSize(1);
        store().forget(third.getFirst());
        pass(key, LEASE.plusSeconds(1));
        assertThat(taken(key)).isEmpty();
    }

    @Test
    void whoEndsASessionTellsOfItAlone() {
        var deleted = created(Map.of());
        store().delete(deleted);
        var late = created(Map.of());
        pass(late, IDLE.plusSeconds(1));
        assertThat(store().delete(late)).as("nobody was handed it yet").isTrue();
        var claimed = created(Map.of());
        pass(claimed, IDLE.plusSeconds(1));
        var all = taken();
        assertThat(all).extracting(Ended::key).contains(claimed).doesNotContain(deleted, late);
        assertThat(store().delete(claimed)).as("somebody else tells of it").isFalse();
    }

    @Test
    void aMovedSessionEndsOnce() {
        var id = SessionId.random();
        store().save(id.key(), creation(Map.of()));
        var to = id.successor().key();
        store().save(id.key(), move(to));
        pass(to, IDLE.plusSeconds(1));
        assertThat(taken())
                .extracting(Ended::key)
                .contains(to)
                .doesNotContain(id.key())
                .doesNotHaveDuplicates();
    }

    @Test
    void parallelTakersNeverHaveTheSame() throws Exception {
        var keys = new HashSet<SessionKey>();
        for (int i = 0; i < 60; i++) {
            keys.add(created(Map.of()));
        }
        pass(keys, IDLE.plusSeconds(1));
        var tasks = Collections.<Callable<List<Ended>>>nCopies(8, this::taken);
        var all = new ArrayList<SessionKey>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(tasks)) {
                answer.get().stream().map(Ended::key).filter(keys::contains).forEach(all::add);
            }
        }
        assertThat(all).hasSize(60).doesNotHaveDuplicates();
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
