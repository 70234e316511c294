package dev.concertina.starter.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions this instance saw last. Never trusted by itself: a request sends the version it
 * holds, and the store says whether that is still the content.
 */
final class SessionCache {
    private final Map<SessionKey, OpenSession> sessions;

    SessionCache(int max) {
        this.sessions =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<SessionKey, OpenSession> eldest) {
                        return size() > max;
                    }
                };
    }

    synchronized Optional<OpenSession> get(SessionKey key) {
        return Optional.ofNullable(sessions.get(key));
    }

    synchronized void put(SessionKey key, OpenSession session) {
        sessions.put(key, session);
    }

    synchronized void remove(SessionKey key) {
        sessions.remove(key);
    }
}
