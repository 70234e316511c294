package dev.concertina.starter.session;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.codec.Unencodable;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Seal;
import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/** What the requests of one instance share: store, cache, codec and keys. */
final class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    /**
     * How long a write follows a session whose id is changed meanwhile. Each step leads to the id
     * that was the newest then, so it takes one more only where the id was changed once more within
     * a call.
     */
    private static final Duration FOLLOWED = Duration.ofSeconds(2);

    private final SessionStore store;
    private final SessionCache cache;
    private final ValueCodec codec;
    private final Optional<KeyRing> keys;
    private final Stamps stamps;
    private final String namespace;
    private final Duration idle;
    private final Duration touchEvery;
    private final Optional<Capsule> capsule;
    private final SessionEvents events;
    private final DataSize attributeMax;

    Sessions(
            SessionStore store,
            SessionCache cache,
            ValueCodec codec,
            Optional<KeyRing> keys,
            Stamps stamps,
            String namespace,
            Duration idle,
            Duration touchEvery,
            Optional<Capsule> capsule,
            SessionEvents events,
            DataSize attributeMax) {
        this.store = store;
        this.cache = cache;
        this.codec = codec;
        this.keys = keys;
        this.stamps = stamps;
        this.namespace = namespace;
        this.idle = idle;
        this.touchEvery = touchEvery;
        this.capsule = capsule;
        this.events = events;
        this.attributeMax = attributeMax;
    }

    /**
     * An attribute as it is kept.
     *
     * @throws IllegalArgumentException if it cannot be; the message names it and the next move
     */
    Encoded encode(String name, Object value) {
        try {
            return bounded(name, codec.encodeProven(value));
        } catch (Unencodable e) {
            throw new IllegalArgumentException(
                    "Session attribute '" + name + "' cannot be kept: " + e.getMessage(), e);
        }
    }

    Encoded bounded(String name, Encoded encoded) {
        if (encoded.bytes().length > attributeMax.toBytes()) {
            throw new IllegalArgumentException(
                    "Session attribute '"
                            + name
                            + "' takes "
                            + encoded.bytes().length
                            + " bytes, and concertina.session.attribute-max is "
                            + attributeMax
                            + ". Keep large things in a database and their key in the session,"
                            + " or raise it.");
        }
        return encoded;
    }

    SessionEvents events() {
        return events;
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

    boolean isShared() {
        return store.isShared();
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

    Optional<KeyRing> keys() {
        return keys;
    }

    Stamps stamps() {
        return stamps;
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
        long end = System.nanoTime() + FOLLOWED.toNanos();
        while (true) {
            var outcome = store.save(at, change);
            if (outcome instanceof Outcome.Moved moved) {
                if (System.nanoTime() - end > 0) {
                    throw new Outage("the session's id is changed again and again", null, false);
                }
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
    }

    /** Ends a session; whether this call did. */
    boolean delete(SessionKey key) {
        cache.remove(key);
        return store.delete(key);
    }

    /** A session that is nobody's request now. */
    Optional<OpenSession> peek(SessionKey key) {
        return store.peek(key).flatMap(found -> stamps.checked(key, found)).map(this::open);
    }

    Map<SessionKey, OpenSession> ofUser(String name) {
        var open = new LinkedHashMap<SessionKey, OpenSession>();
        store.ofUser(UserTag.of(name))
                .forEach((key, stored) ->
                        stamps.checked(key, stored)
                                .ifPresent(session -> open.put(key, open(session))));
        return open;
    }

    private OpenSession open(Stored stored) {
        return new OpenSession(stored, seal(stored.owner()));
    }

    /** Ends a session that is nobody's request now, and tells the application of it. */
    boolean end(SessionKey key, ServletContext context) {
        var session = peek(key);
        if (!delete(key)) {
            return false;
        }
        session.ifPresent(open -> SessionView.ended(this, context, key, open).invalidate());
        return true;
    }

    Ended.Batch takeEnded(int max, Duration lease) {
        return store.takeEnded(max, lease);
    }

    /** Tells the application of a session that ended by itself. */
    void tell(Ended ended, ServletContext context) {
        cache.remove(ended.key());
        try {
            stamps.checked(ended.key(), ended.session())
                    .map(this::open)
                    .ifPresent(open ->
                            SessionView.ended(this, context, ended.key(), open).invalidate());
        } catch (RuntimeException e) {
            // Whoever is handed it next could not read it either.
            log.warn("session {} ended and cannot be read any more", ended.key().name(), e);
        }
        store.forget(ended);
    }

    /** Writes into a session that is nobody's request now; whether it is still there. */
    boolean write(
            SessionKey key,
            OpenSession session,
            Map<String, Object> values,
            Set<String> removals,
            Optional<Duration> idle) {
        var plain = new HashMap<String, Encoded>();
        var puts = new HashMap<String, byte[]>();
        values.forEach((name, value) -> {
            var encoded = encode(name, value);
            plain.put(name, encoded);
            puts.put(name, session.seal().close(name, encoded));
        });
        var change =
                new Change(
                        SessionId.text(6),
                        session.stored().owner(),
                        false,
                        idle,
                        Optional.empty(),
                        puts,
                        removals,
                        Optional.empty(),
                        Optional.empty());
        return save(key, change, session, plain) instanceof Outcome.Kept;
    }
}
