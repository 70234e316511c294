package dev.concertina.starter.session;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Seal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the requests of one instance share: store, cache, codec and keys. */
final class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);
    private static final int MOVES_MAX = 4;

    private final SessionStore store;
    private final SessionCache cache;
    private final ValueCodec codec;
    private final Optional<KeyRing> keys;
    private final String namespace;
    private final Duration idle;
    private final Duration touchEvery;
    private final Optional<Capsule> capsule;

    Sessions(
            SessionStore store,
            SessionCache cache,
            ValueCodec codec,
            Optional<KeyRing> keys,
            String namespace,
            Duration idle,
            Duration touchEvery,
            Optional<Capsule> capsule) {
        this.store = store;
        this.cache = cache;
        this.codec = codec;
        this.keys = keys;
        this.namespace = namespace;
        this.idle = idle;
        this.touchEvery = touchEvery;
        this.capsule = capsule;
    }

    ValueCodec codec() {
        return codec;
    }

    Duration idle() {
        return idle;
    }

    /** Empty when nobody stays logged in without the store. */
    Optional<Capsule> capsule() {
        return capsule;
    }

    Duration touchEvery() {
        return touchEvery;
    }

    Optional<SessionStore.Asking> asking() {
        return store.asking();
    }

    Optional<OpenSession> cached(SessionKey key) {
        return cache.get(key);
    }

    Found find(SessionKey key, Optional<OpenSession> known) {
        return store.find(key, version(known), touchEvery);
    }

    static String version(Optional<OpenSession> known) {
        return known.map(session -> session.stored().version()).orElse("");
    }

    Seal seal(String owner) {
        return new Seal(keys, namespace + ":session", owner);
    }

    /** The session behind an answer to a question that named {@code known}. */
    Optional<OpenSession> open(SessionKey key, Found found, Optional<OpenSession> known) {
        return switch (found) {
            case Found.Nothing nothing -> {
                cache.remove(key);
                yield Optional.empty();
            }
            case Found.Same same -> known;
            case Found.Whole whole -> {
                var session = new OpenSession(whole.session(), seal(whole.session().owner()));
                cache.put(key, session);
                yield Optional.of(session);
            }
        };
    }

    /** Keeps a change, following the session if its id changed meanwhile. */
    Outcome save(SessionKey key, Change change, OpenSession base, Map<String, Encoded> plain) {
        var at = key;
        for (int i = 0; i < MOVES_MAX; i++) {
            var outcome = store.save(at, change);
            if (outcome instanceof Outcome.Moved moved) {
                at = moved.to();
                continue;
            }
            if (outcome instanceof Outcome.Kept kept) {
                var next = Stored.counter(base.stored().version()) + 1;
                var now = change.moveTo().orElse(at);
                cache.remove(key);
                if (Stored.counter(kept.version()) == next) {
                    cache.put(now, base.changed(kept.version(), change, plain));
                } else {
                    cache.remove(now);
                }
            } else {
                cache.remove(key);
                log.debug("a session ended before its last request did; that write is dropped");
            }
            return outcome;
        }
        return new Outcome.Gone();
    }

    /** Ends a session; whether this call did. */
    boolean delete(SessionKey key) {
        cache.remove(key);
        return store.delete(key);
    }
}
