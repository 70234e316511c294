package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.history.SessionChecker;
import dev.concertina.starter.history.SessionChecker.Verdict;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestRedis;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever 64 requests at once do to a session, the checker finds nothing; with any guard of the
 * scripts removed it does. {@code -Dsoak=true} for minutes, {@code -Dseed=N} to repeat a run.
 */
class SessionHistoryTest {
    private static final int LIVES = Boolean.getBoolean("soak") ? 2_000 : 12;
    private static final int SEEDS = 20;
    private static final Redis redis = RedisAccess.open(TestRedis.url(), "history");

    @AfterAll
    static void disconnect() {
        redis.close();
    }

    private static void assertSound(SessionStore store, int lives) {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("session history: -Dseed=" + seed);
        assertSound(SessionChecker.check(new SessionSimulation(store, seed).run(lives)), lives);
    }

    private static void assertSound(Verdict verdict, int lives) {
        assertThat(verdict.violations()).isEmpty();
        // Who saw nothing has found nothing out.
        assertThat(verdict.ended()).isGreaterThanOrEqualTo(lives);
        assertThat(verdict.writes()).isGreaterThan(20L * lives);
        assertThat(verdict.reads()).isGreaterThan(20L * lives);
        assertThat(verdict.refusals()).isGreaterThan(lives);
    }

    @Test
    void nothingIsLostOrRevivedInRedis() {
        assertSound(new RedisSessionStore(redis, SessionStoreContract.LIFETIME), LIVES);
    }

    @Test
    void nothingIsLostOrRevivedInMemory() {
        assertSound(
                new MemorySessionStore(Clock.systemUTC(), SessionStoreContract.LIFETIME), LIVES);
    }

    private record Guard(String name, String lines, String instead) {}

    private static final List<Guard> GUARDS =
            List.of(
                    new Guard(
                            "a stale version is not the same",
                            "if m[1] == args[1] then",
                            "if args[1] ~= '' then"),
                    new Guard(
                            "nothing is at an id that was given up",
                            "if not m[1] then return {0} end\n",
                            ""),
                    new Guard(
                            "a repeated operation changes nothing",
                            "if string.find(m[3], op, 1, true) then return {1, m[1], m[7] or ''} end",
                            ""),
                    new Guard(
                            "a late write is led on by the tombstone",
                            "  return {2, redis.call('GET', led) or m[2]}\n",
                            ""),
                    new Guard("a move leaves a tombstone", "redis.call('HSET', key, '~m', to)", ""),
                    new Guard(
                            "a move leaves nothing else",
                            "redis.call('RENAME', key, to)",
                            "redis.call('COPY', key, to)"),
                    new Guard(
                            "nothing comes back to life",
                            "elseif owner == '' then\n  return {0}\n",
                            ""),
                    new Guard(
                            "the old id ends the moved session",
                            "if m[1] then return {2, m[1]} end\n",
                            ""));

    @TestFactory
    Stream<DynamicTest> aMissingGuardIsNoticed() {
        return GUARDS.stream()
                .map(guard -> DynamicTest.dynamicTest(guard.name(), () -> assertMissed(guard)));
    }

    private static void assertMissed(Guard guard) {
        var whole = SessionScripts.WHOLE;
        var without = whole.map(script -> script.replace(guard.lines(), guard.instead()));
        assertThat(without).as("the scripts hold '%s'", guard.lines()).isNotEqualTo(whole);
        var unguarded = new RedisSessionStore(redis, SessionStoreContract.LIFETIME, without);
        for (long seed = 0; seed < SEEDS; seed++) {
            if (isNoticed(unguarded, seed)) {
                return;
            }
        }
        throw new AssertionError("nobody misses: " + guard.name());
    }

    private static boolean isNoticed(SessionStore store, long seed) {
        try {
            var history = new SessionSimulation(store, seed).run(2);
            return !SessionChecker.check(history).violations().isEmpty();
        } catch (Outage e) {
            // The script itself stumbled over what should not be there.
            return true;
        }
    }
}
