package dev.concertina.starter.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every token store promises. */
abstract class TokenStoreContract {
    static final Duration REMEMBERED = Duration.ofMinutes(16);
    static final Duration LIFETIME = Duration.ofDays(30);
    static final Duration GRACE = Duration.ofSeconds(20);
    private static final byte[] CONTENT = "sealed".getBytes(StandardCharsets.UTF_8);

    abstract TokenStore store();

    /** Lets the store's own time pass for one login. */
    abstract void pass(FamilyKey key, Duration time);

    static FamilyKey key() {
        return new FamilyKey(UserTag.of(UUID.randomUUID().toString()), UserTag.hash("family"));
    }

    static FamilyKey another(FamilyKey key) {
        return new FamilyKey(key.user(), UserTag.hash(UUID.randomUUID().toString()));
    }

    private TokenStore.Login open(FamilyKey key) {
        return store().open(key, LIFETIME, CONTENT);
    }

    private TokenStore.Turned refresh(FamilyKey key, long generation) {
        return store().refresh(key, generation, GRACE);
    }

    private TokenStore.Login current(FamilyKey key, long generation) {
        var turned = refresh(key, generation);
        assertThat(turned).isInstanceOf(TokenStore.Turned.Current.class);
        return ((TokenStore.Turned.Current) turned).login();
    }

    private void assertEnded(FamilyKey key, long generation) {
        assertThat(refresh(key, generation)).isInstanceOf(TokenStore.Turned.Ended.class);
    }

    private void assertReused(FamilyKey key, long generation) {
        assertThat(refresh(key, generation)).isInstanceOf(TokenStore.Turned.Reused.class);
    }

    private static Access access(FamilyKey key, String id, Instant issued) {
        return new Access(
                key.user(), id, key.hash(), issued.toEpochMilli(), issued.plus(REMEMBERED));
    }

    @Test
    void aLoginBeginsWithItsFirstGeneration() {
        var login = open(key());
        assertThat(login.generation()).isOne();
        assertThat(login.content()).isEqualTo(CONTENT);
        assertThat(Duration.between(login.at(), login.end())).isEqualTo(LIFETIME);
    }

    @Test
    void eachRefreshIsTheNextGeneration() {
        var key = key();
        open(key);
        for (long generation = 1; generation < 5; generation++) {
            var login = current(key, generation);
            assertThat(login.generation()).isEqualTo(generation + 1);
            assertThat(login.content()).isEqualTo(CONTENT);
        }
    }

    @Test
    void anUnknownLoginIsEnded() {
        assertEnded(key(), 1);
    }

    @Test
    void theLastGenerationBringsTheSameSuccessorForAWhile() {
        var key = key();
        open(key);
        assertThat(current(key, 1).generation()).isEqualTo(2);
        assertThat(current(key, 1).generation()).isEqualTo(2);
        pass(key, GRACE.minusSeconds(5));
        assertThat(current(key, 1).generation()).isEqualTo(2);
        assertThat(current(key, 2).generation()).isEqualTo(3);
    }

    @Test
    void aRepeatDoesNotProlongTheWhile() {
        var key = key();
        open(key);
        current(key, 1);
        pass(key, GRACE.minusSeconds(5));
        current(key, 1);
        pass(key, Duration.ofSeconds(6));
        assertReused(key, 1);
    }

    @Test
    void theLastGenerationAfterThatIsReuse() {
        var key = key();
        open(key);
        current(key, 1);
        pass(key, GRACE);
        assertReused(key, 1);
        assertEnded(key, 2);
    }

    @Test
    void anOlderGenerationIsReuseAtOnce() {
        var key = key();
        open(key);
        current(key, 1);
        current(key, 2);
        assertReused(key, 1);
        assertEnded(key, 3);
    }

    @Test
    void reuseEndsTheLoginsAccessTokensAndNoOthers() {
        var key = key();
        var other = another(key);
        var issued = open(key).at();
        var others = open(other).at();
        current(key, 1);
        current(key, 2);
        assertReused(key, 1);
        assertThat(store().revoked(access(key, "a", issued))).isTrue();
        assertThat(store().revoked(access(other, "b", others))).isFalse();
        assertThat(current(other, 1).generation()).isEqualTo(2);
    }

    @Test
    void noRefreshMovesTheEnd() {
        var key = key();
        var end = open(key).end();
        assertThat(current(key, 1).end()).isEqualTo(end);
        pass(key, LIFETIME.minusMinutes(1));
        current(key, 2);
        pass(key, Duration.ofMinutes(1));
        assertEnded(key, 3);
    }

    @Test
    void anEndedLoginTakesItsAccessTokensWithIt() {
        var key = key();
        var issued = open(key).at();
        assertThat(store().revoked(access(key, "a", issued))).isFalse();
        store().end(key);
        assertEnded(key, 1);
        assertThat(store().revoked(access(key, "a", issued))).isTrue();
    }

    @Test
    void oneTokenIsRevokedAlone() {
        var key = key();
        var issued = open(key).at();
        store().revoke(access(key, "a", issued));
        assertThat(store().revoked(access(key, "a", issued))).isTrue();
        assertThat(store().revoked(access(key, "b", issued))).isFalse();
        assertThat(current(key, 1).generation()).isEqualTo(2);
    }

    @Test
    void allOfAUserIsRevokedAtOnceAndWhatFollowsIsNot() {
        var key = key();
        var second = another(key);
        var before = open(key).at();
        var beforeToo = open(second).at();
        store().revokeAll(key.user());
        var later = another(key);
        var after = open(later).at();
        assertThat(store().revoked(access(key, "a", before))).isTrue();
        assertThat(store().revoked(access(second, "b", beforeToo))).isTrue();
        assertThat(store().revoked(access(later, "c", after))).isFalse();
        assertEnded(key, 1);
        assertEnded(second, 1);
        var refreshed = current(later, 1);
        assertThat(store().revoked(access(later, "d", refreshed.at()))).isFalse();
    }

    @Test
    void anotherUserIsNotRevoked() {
        var key = key();
        var issued = open(key).at();
        store().revokeAll(key().user());
        assertThat(store().revoked(access(key, "a", issued))).isFalse();
        assertThat(current(key, 1).generation()).isEqualTo(2);
    }

    @Test
    void refreshesAtOnceGetOneSuccessor() throws Exception {
        var key = key();
        open(key);
        for (long generation = 1; generation <= rounds(); generation++) {
            long asked = generation;
            var successors = new HashSet<Long>();
            for (var login : atOnce(() -> current(key, asked))) {
                successors.add(login.generation());
            }
            assertThat(successors).containsExactly(asked + 1);
        }
    }

    private static int rounds() {
        return Boolean.getBoolean("soak") ? 2000 : 10;
    }

    private static List<TokenStore.Login> atOnce(Callable<TokenStore.Login> call) throws Exception {
        try (var threads = Executors.newFixedThreadPool(16)) {
            var logins = new ArrayList<TokenStore.Login>();
            for (var login : threads.invokeAll(java.util.Collections.nCopies(64, call))) {
                logins.add(login.get());
            }
            return logins;
        }
    }
}
