package dev.concertina.starter.token;

import dev.concertina.starter.request.UserTag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Logins of one instance, gone with it. For development, and the reference for the others. */
final class MemoryTokenStore implements TokenStore {
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Family(
            long generation, Instant created, Instant rotated, Instant end, byte[] content) {}

    private final Map<FamilyKey, Family> families = new HashMap<>();
    private final Map<UserTag, Instant> cuts = new HashMap<>();
    private final Map<String, Instant> revoked = new HashMap<>();
    private final Clock clock;
    private final Duration remembered;

    /**
     * @param remembered how long an access token can still be accepted after it was issued
     */
    MemoryTokenStore(Clock clock, Duration remembered) {
        this.clock = clock;
        this.remembered = remembered;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private Instant cut(UserTag user) {
        return cuts.getOrDefault(user, Instant.EPOCH);
    }

    @Override
    public synchronized Login open(FamilyKey key, Duration lifetime, byte[] content) {
        var now = now();
        sweep(now);
        var after = cut(key.user()).plusMillis(1);
        var at = now.isBefore(after) ? after : now;
        var family = new Family(1, at, at, now.plus(lifetime), content.clone());
        families.put(key, family);
        return login(family, at);
    }

    private static Login login(Family family, Instant at) {
        return new Login(family.generation(), at, family.end(), family.content().clone());
    }

    @Override
    public synchronized Turned refresh(FamilyKey key, long generation, Duration grace) {
        var now = now();
        var family = families.get(key);
        if (family == null) {
            return new Turned.Ended();
        }
        if (!now.isBefore(family.end()) || !family.created().isAfter(cut(key.user()))) {
            families.remove(key);
            return new Turned.Ended();
        }
        if (generation == family.generation()) {
            var next =
                    new Family(
                            generation + 1, family.created(), now, family.end(), family.content());
            families.put(key, next);
            return new Turned.Current(login(next, issued(key, now)));
        }
        if (generation == family.generation() - 1 && now.isBefore(family.rotated().plus(grace))) {
            return new Turned.Current(login(family, issued(key, now)));
        }
        end(key);
        return new Turned.Reused();
    }

    private Instant issued(FamilyKey key, Instant now) {
        var after = cut(key.user()).plusMillis(1);
        return now.isBefore(after) ? after : now;
    }

    @Override
    public synchronized void end(FamilyKey key) {
        families.remove(key);
        revoked.put("f:" + key.hash(), now().plus(remembered));
    }

    @Override
    public synchronized void revoke(Access access) {
        revoked.put("j:" + access.id(), access.end());
    }

    @Override
    public synchronized void revokeAll(UserTag user) {
        var now = now();
        cuts.merge(user, now, (old, cut) -> old.isAfter(cut) ? old : cut);
    }

    @Override
    public synchronized boolean revoked(Access access) {
        return revoked.containsKey("j:" + access.id())
                || revoked.containsKey("f:" + access.family())
                || access.issuedMillis() <= cut(access.user()).toEpochMilli();
    }

    private void sweep(Instant now) {
        families.values().removeIf(family -> !now.isBefore(family.end()));
        revoked.values().removeIf(end -> !now.isBefore(end));
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.empty();
    }
}
