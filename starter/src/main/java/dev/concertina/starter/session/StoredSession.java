package dev.concertina.starter.session;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.session.Session;

/** A session as Spring Session sees one: what was kept last, and what was done to it since. */
final class StoredSession implements Session {
    private final Sessions sessions;
    private final SessionKey key;
    private final OpenSession open;
    private final Map<String, Object> puts = new HashMap<>();
    private final Set<String> removals = new HashSet<>();
    private Optional<Duration> idle = Optional.empty();

    StoredSession(Sessions sessions, SessionKey key, OpenSession open) {
        this.sessions = sessions;
        this.key = key;
        this.open = open;
    }

    void save() {
        if (!puts.isEmpty() || !removals.isEmpty() || idle.isPresent()) {
            var unused = sessions.write(key, open, puts, removals, idle);
        }
    }

    /** What {@code HttpSession.getId()} gives; no cookie can be made of it. */
    @Override
    public String getId() {
        return key.name();
    }

    @Override
    public String changeSessionId() {
        throw new UnsupportedOperationException(
                "Only the request that brought the id can change it: call"
                        + " request.changeSessionId().");
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Spring Session has it
    public <T> @Nullable T getAttribute(String name) {
        var put = puts.get(name);
        if (put != null || removals.contains(name)) {
            return (T) put;
        }
        return (T) open.value(name).flatMap(sessions.codec()::decode).orElse(null);
    }

    @Override
    public Set<String> getAttributeNames() {
        var names = new HashSet<>(open.names());
        names.removeAll(removals);
        names.addAll(puts.keySet());
        return names;
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            removeAttribute(name);
            return;
        }
        puts.put(name, value);
        removals.remove(name);
    }

    @Override
    public void removeAttribute(String name) {
        puts.remove(name);
        if (open.names().contains(name)) {
            removals.add(name);
        }
    }

    @Override
    public Instant getCreationTime() {
        return open.stored().createdAt();
    }

    /** Does nothing: accesses are noted when a request begins. */
    @Override
    public void setLastAccessedTime(Instant lastAccessedTime) {}

    @Override
    public Instant getLastAccessedTime() {
        return open.stored().lastAccess();
    }

    @Override
    public void setMaxInactiveInterval(Duration interval) {
        idle = Optional.of(interval.isNegative() ? Duration.ZERO : interval);
    }

    @Override
    public Duration getMaxInactiveInterval() {
        return idle.orElse(open.stored().idle());
    }

    @Override
    public boolean isExpired() {
        return false;
    }
}
