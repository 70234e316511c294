package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RedisSessionStoreTest extends SessionStoreContract {
    private static final Redis redis = RedisAccess.open(TestRedis.url(), "contract");
    private static final RedisClient client = RedisClient.create(TestRedis.url());
    private static final StatefulRedisConnection<String, String> admin = client.connect();

    private final SessionStore store = new RedisSessionStore(redis, LIFETIME);

    @AfterAll
    static void disconnect() {
        redis.close();
        client.shutdown();
    }

    @Override
    SessionStore store() {
        return store;
    }

    // The server's clock cannot be moved, so what it wrote down is moved back instead.
    @Override
    void pass(SessionKey key, Duration time) {
        for (var field : new String[] {"~a", "~x"}) {
            if (admin.sync().hexists("contract:s:" + key, field)) {
                admin.sync().hincrby("contract:s:" + key, field, -time.toMillis());
            }
        }
        if (admin.sync().zscore(ends(key), "contract:s:" + key) != null) {
            admin.sync().zincrby(ends(key), (double) -time.toMillis(), "contract:s:" + key);
        }
    }

    private static String ends(SessionKey key) {
        return "contract:e:{" + key.tag() + "}";
    }

    @Test
    void nothingIsLeftOfWhatIsOver() {
        var ada = UserTag.of("ada " + SessionId.text(6));
        var key = SessionId.random().key();
        store().save(key, creation(Map.of()));
        store().save(key, belonging(ada.value()));
        pass(key, IDLE.plusSeconds(1));
        store().takeEnded(1000, Duration.ofMinutes(1)).sessions().forEach(store()::forget);
        assertThat(admin.sync().exists("contract:s:" + key)).isZero();
        assertThat(admin.sync().zscore(ends(key), "contract:s:" + key)).isNull();
        assertThat(admin.sync().exists("contract:u:{" + ada + "}")).isZero();
        var other = SessionId.random().key();
        store().save(other, creation(Map.of()));
        store().save(other, belonging(ada.value()));
        store().delete(other);
        assertThat(admin.sync().zscore(ends(other), "contract:s:" + other)).isNull();
        assertThat(admin.sync().exists("contract:u:{" + ada + "}")).isZero();
    }

    @Test
    void anIndexThatNamesTooMuchIsCleanedWhenItIsRead() {
        var ada = UserTag.of("ada " + SessionId.text(6));
        var key = SessionId.random().key();
        store().save(key, creation(Map.of()));
        store().save(key, belonging(ada.value()));
        var index = "contract:u:{" + ada + "}";
        var gone = SessionId.random().key().value();
        var justNamed = SessionId.random().key().value();
        admin.sync().zadd(index, System.currentTimeMillis() - 120_000.0, gone);
        admin.sync().zadd(index, (double) System.currentTimeMillis(), justNamed);
        assertThat(store().ofUser(ada)).containsOnlyKeys(key);
        // What was named a moment ago may be kept a moment from now.
        assertThat(admin.sync().zrange(index, 0, -1))
                .containsExactlyInAnyOrder(key.value(), justNamed);
    }

    @Test
    void everyKeyHasAnEnd() {
        var key = SessionId.random();
        admin.sync().persist(ends(key.key()));
        store().save(key.key(), creation(Map.of()));
        assertThat(admin.sync().pttl("contract:s:" + key.key()))
                .isBetween(1L, IDLE.plus(SessionStore.GRACE).toMillis());
        assertThat(admin.sync().pttl(ends(key.key()))).isPositive();
        var next = key.successor().key();
        store().save(key.key(), move(next));
        assertThat(admin.sync().pttl("contract:s:" + next)).isPositive();
        assertThat(admin.sync().pttl("contract:s:" + key.key()))
                .isBetween(1L, SessionStore.TOMBSTONE.toMillis());
        assertThat(admin.sync().pttl("contract:m:{" + next.tag() + "}:owner"))
                .isBetween(1L, SessionStore.TOMBSTONE.toMillis());
    }

    @Test
    void theUserIsKnownInsideAScriptAsLongAsTheSessionLives() {
        var key = SessionId.random().key();
        var script =
                new Script(
                        """
                        local t = redis.call('TIME')
                        local now = t[1] * 1000 + math.floor(t[2] / 1000)
                        local keys, args = KEYS, ARGV
                        local function user() %s end
                        return {user() or 'nobody'}
                        """
                                .formatted(SessionScripts.WHOLE.user()));
        Supplier<String> user =
                () ->
                        new String(
                                (byte[])
                                        redis.call(
                                                        script,
                                                        List.of(bytes("contract:s:" + key)),
                                                        List.of())
                                                .getFirst(),
                                StandardCharsets.UTF_8);
        store().save(key, creation(Map.of()));
        assertThat(user.get()).isEqualTo("nobody");
        store().save(key, belonging("tag"));
        assertThat(user.get()).isEqualTo("tag");
        pass(key, IDLE);
        assertThat(user.get()).as("idle too long").isEqualTo("nobody");
        pass(key, IDLE.negated());
        store().save(key, belonging(Change.NOBODY));
        assertThat(user.get()).isEqualTo("nobody");
    }

    @Test
    void lookingForTheEndedIsOneCommandAndALoginIsTwo() throws Exception {
        try (var relay = new CountingRelay(TestRedis.port());
                var counted = RedisAccess.open(relay.url(), "counted")) {
            var watched = new RedisSessionStore(counted, LIFETIME);
            var id = SessionId.random();
            watched.save(id.key(), creation(Map.of()));
            watched.save(id.key(), belonging("tag"));
            watched.takeEnded(100, Duration.ofMinutes(1));
            relay.take();
            watched.takeEnded(100, Duration.ofMinutes(1));
            assertThat(relay.take()).containsExactly("EVALSHA");
            watched.save(id.key(), belonging("tag"));
            assertThat(relay.take()).containsExactly("EVALSHA", "EVALSHA");
            watched.save(id.key(), change(Map.of("a", "1")));
            assertThat(relay.take()).containsExactly("EVALSHA");
        }
    }

    @Test
    void theTombstoneHoldsNothingOfTheSession() {
        var key = SessionId.random();
        store().save(key.key(), creation(Map.of("a", "1")));
        store().save(key.key(), move(key.successor().key()));
        assertThat(admin.sync().hkeys("contract:s:" + key.key())).containsExactly("~m");
    }

    /**
     * @param lines of one of the scripts, exactly
     * @param scenario fails without them
     */
    private record Guard(
            String name, String lines, String instead, Consumer<RedisSessionStoreTest> scenario) {}

    // A guard is missed when one of this class's own promises breaks without it.
    @SuppressWarnings("JUnitMethodInvoked")
    private static final List<Guard> GUARDS =
            List.of(
                    new Guard(
                            "nothing is at an id that was moved or ended",
                            "if not m[1] then return {0} end\nlocal last",
                            "local last",
                            test -> test.aMovedSessionIsFoundOnlyUnderItsNewId()),
                    new Guard(
                            "idle too long is the end for a reader",
                            "if now >= stop or (idle > 0 and now - last >= idle) then return {0} end",
                            "if now >= stop then return {0} end",
                            test -> test.anIdleSessionEnds()),
                    new Guard(
                            "the lifetime is the end for a reader",
                            "if now >= stop or (idle > 0 and now - last >= idle) then return {0} end",
                            "if idle > 0 and now - last >= idle then return {0} end",
                            test -> test.aSessionEndsAfterItsLifetimeHoweverBusy()),
                    new Guard(
                            "a stale version is not the same",
                            "if m[1] == args[1] then",
                            "if args[1] ~= '' then",
                            test -> test.onlyTheKnownVersionIsTheSame()),
                    new Guard(
                            "a known version is the same",
                            "if m[1] == args[1] then return {1, touched, last} end\n",
                            "",
                            test -> test.onlyTheKnownVersionIsTheSame()),
                    new Guard(
                            "whose session it is, is kept",
                            "if args[7] ~= '' then redis.call('HSET', key, '~u', args[7]) end",
                            "",
                            test -> test.aSessionBelongsToWhoLoggedInLast()),
                    new Guard(
                            "a late write is led on by the tombstone",
                            "  return {2, redis.call('GET', led) or m[2]}\n",
                            "",
                            test -> test.aLateWriteUnderTheOldIdIsLedToTheNew()),
                    new Guard(
                            "a late write is led to the newest",
                            "redis.call('GET', led) or m[2]",
                            "m[2]",
                            test -> test.aLateWriteIsLedToTheNewestIdAtOnce()),
                    new Guard(
                            "what leads to the newest has an end",
                            "redis.call('SET', led, to, 'PX', tombstone)",
                            "redis.call('SET', led, to)",
                            test -> test.everyKeyHasAnEnd()),
                    new Guard(
                            "what was written since is not sealed anew",
                            "if redis.call('HGET', keys[1], args[i]) == args[i + 1] then",
                            "if true then",
                            test -> test.onlyWhatWasSeenIsSealedAnew()),
                    new Guard(
                            "the stamp moves with the id",
                            "if args[9] ~= '' then redis.call('HSET', key, '~b', args[9]) end",
                            "",
                            test -> test.theStampIsTheOneOfTheLastMove()),
                    new Guard(
                            "a repeated move is recognised",
                            "if to and m[2] == to then",
                            "if false then",
                            test -> test.aRepeatedMoveIsKept()),
                    new Guard(
                            "a repeated operation changes nothing",
                            "if string.find(m[3], op, 1, true) then return {1, m[1], m[7] or ''} end",
                            "",
                            test -> test.aRepeatedOperationChangesNothing()),
                    new Guard(
                            "idle too long is the end for a writer",
                            "if now >= stop or (idleMs > 0 and now - last >= idleMs) then return {0} end",
                            "if now >= stop then return {0} end",
                            test -> test.aWriteDoesNotProlongASessionThatWasIdleTooLong()),
                    new Guard(
                            "nothing comes back to life",
                            "elseif owner == '' then\n  return {0}\n",
                            "",
                            test -> test.aLateIdleTimeDoesNotBringAnEndedSessionBack()),
                    new Guard(
                            "a session has an end in Redis too",
                            "redis.call('PEXPIRE', key, string.format('%.0f', math.max(at + grace - now, 1)))",
                            "",
                            test -> test.everyKeyHasAnEnd()),
                    new Guard(
                            "a tombstone has an end",
                            "  redis.call('PEXPIRE', key, tombstone)\n",
                            "",
                            test -> test.everyKeyHasAnEnd()),
                    new Guard(
                            "the old id ends the moved session",
                            "if m[1] then return {2, m[1]} end\nif not m[2] or m[3]",
                            "if not m[2] or m[3]",
                            test -> test.endingTheOldIdEndsTheMovedSession()),
                    new Guard(
                            "the new id's end is known",
                            "redis.call('ZADD', ends, string.format('%.0f', at), to)",
                            "",
                            test -> test.aMovedSessionEndsOnce()),
                    new Guard(
                            "an index of ends has an end",
                            "redis.call('PEXPIRE', ends, string.format('%.0f', lifetime + grace))",
                            "",
                            test -> test.everyKeyHasAnEnd()),
                    new Guard(
                            "a new idle time moves the end",
                            "elseif not m[1] or idle ~= m[4] then",
                            "elseif not m[1] then",
                            test -> test.aNewIdleTimeMovesTheEnd()),
                    new Guard(
                            "whoever was handed a session has it alone",
                            "if score and tonumber(score) <= now then",
                            "if score then",
                            test -> {
                                for (int i = 0; i < 20; i++) {
                                    takersNeverHaveTheSame(test);
                                }
                            }),
                    new Guard(
                            "the lease is written down",
                            "again = now + args[1]",
                            "again = now - 1",
                            test -> test.aSessionThatEndedIsHandedOutOnceWithWhatItHeld()),
                    new Guard(
                            "only what really ended is handed out",
                            "if at <= now then",
                            "if true then",
                            test -> test.anAccessPutsTheEndOff()),
                    new Guard(
                            "only the last who was handed it may forget it",
                            "if redis.call('HGET', keys[1], '~k') ~= args[1] then return {0} end",
                            "",
                            test -> test.whatWasNotForgottenIsHandedOutAgain()),
                    new Guard(
                            "what somebody tells of is not ended once more",
                            "if not m[2] or m[3] then return {0} end",
                            "if not m[2] then return {0} end",
                            test -> test.whoEndsASessionTellsOfItAlone()),
                    new Guard(
                            "looking in is no access",
                            "if every >= 0 and now - last >= every then",
                            "if now - last >= every then",
                            test -> test.lookingInIsNoAccess()),
                    new Guard(
                            "what was just named stays named",
                            "if score and now - score >= tonumber(args[1]) then",
                            "if score then",
                            test -> test.anIndexThatNamesTooMuchIsCleanedWhenItIsRead()));

    @SuppressWarnings("JUnitMethodInvoked")
    private static void takersNeverHaveTheSame(RedisSessionStoreTest test) {
        try {
            test.parallelTakersNeverHaveTheSame();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> aMissingGuardIsNoticed() {
        return GUARDS.stream()
                .map(guard -> DynamicTest.dynamicTest(guard.name(), () -> assertMissed(guard)));
    }

    @SuppressWarnings("JUnitMethodInvoked")
    private static void assertMissed(Guard guard) {
        var whole = SessionScripts.WHOLE;
        var without = whole.map(script -> script.replace(guard.lines(), guard.instead()));
        assertThat(without).as("the scripts hold '%s'", guard.lines()).isNotEqualTo(whole);
        var unguarded = new RedisSessionStore(redis, LIFETIME, without);
        var test =
                new RedisSessionStoreTest() {
                    @Override
                    SessionStore store() {
                        return unguarded;
                    }
                };
        // Whatever fails then fails for want of the guard, not because the script is broken.
        test.aNewSessionIsFoundWhole();
        test.aChangeTouchesOnlyItsAttributes();
        assertThatThrownBy(() -> guard.scenario().accept(test)).as(guard.name()).isNotNull();
    }
}
