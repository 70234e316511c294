package dev.concertina.starter.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RedisTokenStoreTest extends TokenStoreContract {
    private static final Redis redis = RedisAccess.open(TestRedis.url(), "tokens");
    private static final RedisClient client = RedisClient.create(TestRedis.url());
    private static final StatefulRedisConnection<String, String> admin = client.connect();

    private final TokenStore store = new RedisTokenStore(redis, REMEMBERED, LIFETIME);

    @AfterAll
    static void disconnect() {
        redis.close();
        client.shutdown();
    }

    @Override
    TokenStore store() {
        return store;
    }

    private static String name(FamilyKey key) {
        return "tokens:t:{" + key.user() + "}:f:" + key.hash();
    }

    private static String revoked(FamilyKey key) {
        return "tokens:t:{" + key.user() + "}:r";
    }

    // The server's clock cannot be moved, so what it wrote down is moved back instead.
    @Override
    void pass(FamilyKey key, Duration time) {
        for (var field : new String[] {"c", "r", "x"}) {
            admin.sync().hincrby(name(key), field, -time.toMillis());
        }
    }

    private void open(FamilyKey key) {
        var unused = store().open(key, LIFETIME, new byte[] {1});
    }

    @Test
    void everyKeyHasAnEnd() {
        var key = key();
        open(key);
        assertThat(admin.sync().pttl(name(key))).isBetween(1L, LIFETIME.toMillis());
        store().end(key);
        assertThat(admin.sync().pttl(revoked(key))).isBetween(1L, REMEMBERED.toMillis());
        store().revokeAll(key.user());
        assertThat(admin.sync().pttl(revoked(key)))
                .isBetween(REMEMBERED.toMillis() + 1, LIFETIME.toMillis());
        store().end(another(key));
        assertThat(admin.sync().pttl(revoked(key))).isGreaterThan(REMEMBERED.toMillis());
    }

    @Test
    void whatRanOutIsDropped() {
        var key = key();
        var soon = Instant.now().plusSeconds(60);
        for (int i = 0; i < 20; i++) {
            var id = "old" + i;
            store().revoke(new Access(key.user(), id, key.hash(), 0, soon));
            admin.sync().hset(revoked(key), "j:" + id, "1");
        }
        store().revoke(new Access(key.user(), "new", key.hash(), 0, soon));
        assertThat(admin.sync().hkeys(revoked(key))).containsExactly("j:new");
    }

    private record Guard(
            String name,
            String lines,
            String instead,
            java.util.function.Consumer<RedisTokenStoreTest> scenario) {}

    // A guard is missed when one of this class's own promises breaks without it.
    @SuppressWarnings("JUnitMethodInvoked")
    private static final List<Guard> GUARDS =
            List.of(
                    new Guard(
                            "the end of the login is the end",
                            "if now >= stop or tonumber(m[2]) <= cut then",
                            "if tonumber(m[2]) <= cut then",
                            test -> test.noRefreshMovesTheEnd()),
                    new Guard(
                            "a login from before 'all until now' is ended",
                            "if now >= stop or tonumber(m[2]) <= cut then",
                            "if now >= stop then",
                            test -> test.allOfAUserIsRevokedAtOnceAndWhatFollowsIsNot()),
                    new Guard(
                            "a generation is spent",
                            "'g', whole(g + 1), 'r', whole(now)",
                            "'r', whole(now)",
                            test -> test.anOlderGenerationIsReuseAtOnce()),
                    new Guard(
                            "when it was spent is written down",
                            "'g', whole(g + 1), 'r', whole(now)",
                            "'g', whole(g + 1)",
                            test -> test.lateRefreshesStillHaveTheirWhile()),
                    new Guard(
                            "the last generation is answered again",
                            "if asked == g - 1 and now",
                            "if false and now",
                            test -> test.theLastGenerationBringsTheSameSuccessorForAWhile()),
                    new Guard(
                            "only for a while",
                            " and now - tonumber(m[3]) < tonumber(ARGV[2]) then",
                            " then",
                            test -> test.theLastGenerationAfterThatIsReuse()),
                    new Guard(
                            "only the last generation",
                            "if asked == g - 1 and",
                            "if asked < g and",
                            test -> test.anOlderGenerationIsReuseAtOnce()),
                    new Guard(
                            "reuse ends the login",
                            "redis.call('DEL', KEYS[1])\nremember",
                            "remember",
                            test -> test.anOlderGenerationIsReuseAtOnce()),
                    new Guard(
                            "reuse ends the login's access tokens",
                            "remember(KEYS[2], ARGV[3], now + tonumber(ARGV[4]), now +"
                                    + " tonumber(ARGV[4]))\n",
                            "",
                            test -> test.reuseEndsTheLoginsAccessTokensAndNoOthers()),
                    new Guard(
                            "a login after 'all until now' is later than it",
                            "math.max(now, cut + 1), now + tonumber(ARGV[1])",
                            "now, now + tonumber(ARGV[1])",
                            test -> test.aLoginIsLaterThanWhatWasRevoked()),
                    new Guard(
                            "a login has an end in Redis too",
                            "redis.call('PEXPIRE', KEYS[1], ARGV[1])\n",
                            "",
                            test -> test.everyKeyHasAnEnd()),
                    new Guard(
                            "all until now counts",
                            "if m[1] and tonumber(args[3]) <= tonumber(m[1]) then return {1},"
                                    + " true end\n",
                            "",
                            test -> test.allOfAUserIsRevokedAtOnceAndWhatFollowsIsNot()),
                    new Guard(
                            "one token counts",
                            "if m[2] or m[3]",
                            "if m[3]",
                            test -> test.oneTokenIsRevokedAlone()),
                    new Guard(
                            "one login counts",
                            "if m[2] or m[3]",
                            "if m[2]",
                            test -> test.anEndedLoginTakesItsAccessTokensWithIt()));

    /** Within one millisecond, or after the server's clock was set back. */
    @Test
    void aLoginIsLaterThanWhatWasRevoked() {
        var key = key();
        var ahead = Instant.now().plusSeconds(3600).toEpochMilli();
        admin.sync().hset(revoked(key), "*", Long.toString(ahead));
        var login = store().open(key, LIFETIME, new byte[] {1});
        assertThat(login.at().toEpochMilli()).isEqualTo(ahead + 1);
        assertThat(store().refresh(key, 1, GRACE)).isInstanceOf(TokenStore.Turned.Current.class);
    }

    /** The while begins with the refresh, not with the login. */
    @Test
    void lateRefreshesStillHaveTheirWhile() {
        var key = key();
        open(key);
        pass(key, Duration.ofHours(1));
        var unused = store().refresh(key, 1, GRACE);
        assertThat(store().refresh(key, 1, GRACE)).isInstanceOf(TokenStore.Turned.Current.class);
    }

    @TestFactory
    Stream<DynamicTest> aMissingGuardIsNoticed() {
        return GUARDS.stream()
                .map(guard -> DynamicTest.dynamicTest(guard.name(), () -> assertMissed(guard)));
    }

    @SuppressWarnings("JUnitMethodInvoked")
    private static void assertMissed(Guard guard) {
        var whole = List.of(RedisTokenStore.OPEN, RedisTokenStore.REFRESH, RedisTokenStore.REVOKED);
        var without =
                whole.stream()
                        .map(script -> script.replace(guard.lines(), guard.instead()))
                        .toList();
        assertThat(without).as("the scripts hold '%s'", guard.lines()).isNotEqualTo(whole);
        var unguarded =
                new RedisTokenStore(
                        redis,
                        REMEMBERED,
                        LIFETIME,
                        without.get(0),
                        without.get(1),
                        without.get(2));
        var test =
                new RedisTokenStoreTest() {
                    @Override
                    TokenStore store() {
                        return unguarded;
                    }
                };
        // Whatever fails then fails for want of the guard, not because the script is broken.
        test.aLoginBeginsWithItsFirstGeneration();
        test.anUnknownLoginIsEnded();
        assertThatThrownBy(() -> guard.scenario().accept(test)).as(guard.name()).isNotNull();
    }
}
