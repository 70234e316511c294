package dev.concertina.starter.session;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UserTag;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * One request's view of its session: what was found, decoded as it is asked for, and what the
 * request did to it. Requests see each other's writes when the store has kept them, never halves.
 */
final class SessionView implements HttpSession {
    /** What Spring Session calls the attribute by which an application says whose session it is. */
    private static final String PRINCIPAL =
            "org.springframework.session.FindByIndexNameSessionRepository"
                    + ".PRINCIPAL_NAME_INDEX_NAME";

    private static final String DESTRUCTION =
            ServletRequestAttributes.DESTRUCTION_CALLBACK_NAME_PREFIX;

    private final Sessions sessions;
    private final ServletContext context;
    private final boolean isNew;
    private final Map<String, Object> live = new HashMap<>();
    private final Map<String, Encoded> baseline = new HashMap<>();
    private final Map<String, Object> transients = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> removed = new HashSet<>();

    private OpenSession base;
    private boolean fresh;
    private Optional<SessionId> id;
    private SessionKey key;
    private Optional<SessionKey> previousKey = Optional.empty();
    private Optional<Duration> idle = Optional.empty();
    private final boolean readOnly;
    private boolean carriedChanged;
    private boolean ending;
    private boolean invalid;

    private SessionView(
            Sessions sessions,
            ServletContext context,
            SessionId id,
            OpenSession base,
            boolean fresh,
            boolean readOnly) {
        this.sessions = sessions;
        this.context = context;
        this.id = Optional.of(id);
        this.key = id.key();
        this.base = base;
        this.fresh = fresh;
        this.isNew = fresh;
        this.readOnly = readOnly;
    }

    private SessionView(
            Sessions sessions, ServletContext context, SessionKey key, OpenSession base) {
        this.sessions = sessions;
        this.context = context;
        this.id = Optional.empty();
        this.key = key;
        this.base = base;
        this.isNew = false;
        this.readOnly = true;
    }

    static SessionView found(
            Sessions sessions, ServletContext context, SessionId id, OpenSession base) {
        return new SessionView(sessions, context, id, base, false, false);
    }

    /** What a capsule holds; whatever would have to be kept is an outage. */
    static SessionView readOnly(
            Sessions sessions, ServletContext context, SessionId id, OpenSession base) {
        return new SessionView(sessions, context, id, base, false, true);
    }

    static SessionView created(Sessions sessions, ServletContext context, Stored empty) {
        var base = new OpenSession(empty, sessions.seal(empty.owner()));
        var view = new SessionView(sessions, context, SessionId.random(), base, true, false);
        sessions.events().created(view);
        return view;
    }

    /** What the store handed out after its end; there is no id, only the name. */
    static SessionView ended(
            Sessions sessions, ServletContext context, SessionKey key, OpenSession base) {
        return new SessionView(sessions, context, key, base);
    }

    SessionId sessionId() {
        return id.orElseThrow(() -> new IllegalStateException("the session has ended"));
    }

    boolean isInvalid() {
        return invalid;
    }

    synchronized void changeId() {
        alive();
        var before = sessionId();
        // An id nobody was told yet needs no tombstone.
        if (!fresh && previousKey.isEmpty()) {
            previousKey = Optional.of(key);
        }
        id = Optional.of(before.successor());
        key = sessionId().key();
        sessions.events().idChanged(this, before.key().name());
    }

    /** The key the store knows the session by until the next save. */
    private SessionKey keptKey() {
        return previousKey.orElse(key);
    }

    /**
     * Keeps what changed since the last time; one call to the store, or none.
     *
     * @return whether the session is still there
     */
    synchronized boolean keep() {
        var plain = new HashMap<String, Encoded>();
        var change = change(plain);
        if (change.isEmpty()) {
            return true;
        }
        requireStore();
        var outcome = sessions.save(keptKey(), change, base, plain);
        if (outcome instanceof Outcome.Kept kept) {
            carriedChanged |=
                    !change.removals().isEmpty()
                            || !base.names().containsAll(change.puts().keySet())
                            || plain.values().stream().anyMatch(sessions.codec()::carried);
            base = base.changed(kept.version(), change, plain);
            baseline.putAll(plain);
            fresh = false;
            previousKey = Optional.empty();
            idle = Optional.empty();
            written.clear();
            removed.clear();
            return true;
        }
        invalid = true;
        return false;
    }

    private Change change(Map<String, Encoded> plain) {
        var puts = new HashMap<String, byte[]>();
        for (var entry : live.entrySet()) {
            var name = entry.getKey();
            var before = Optional.ofNullable(baseline.get(name)).or(() -> stored(name));
            // Immutable values that were only read have no baseline and are skipped.
            if (!written.contains(name) && !baseline.containsKey(name)) {
                continue;
            }
            var now = sessions.codec().encode(entry.getValue());
            if (before.isEmpty() || !same(before.get(), now)) {
                puts.put(name, base.seal().close(name, sessions.bounded(name, now)));
                plain.put(name, now);
            }
        }
        var owner = base.stored().owner();
        var changed = new ArrayList<>(plain.values());
        removed.forEach(name -> base.value(name).ifPresent(changed::add));
        return new Change(
                SessionId.text(6),
                owner,
                fresh,
                fresh ? Optional.of(idle.orElse(base.stored().idle())) : idle,
                user(changed, plain),
                puts,
                removed,
                previousKey.map(previous -> key),
                fresh || previousKey.isPresent()
                        ? sessions.stamps().of(key, owner)
                        : Optional.empty());
    }

    /** Whose session it is now, if one of the values that say so was written or removed. */
    private Optional<String> user(Collection<Encoded> changed, Map<String, Encoded> now) {
        var codec = sessions.codec();
        if (changed.stream().noneMatch(codec::identifies)
                && !now.containsKey(PRINCIPAL)
                && !removed.contains(PRINCIPAL)) {
            return Optional.empty();
        }
        var named = Optional.ofNullable(now.get(PRINCIPAL)).flatMap(codec::decode);
        return named.map(Object::toString)
                .or(() ->
                        now.values().stream()
                                .flatMap(value -> codec.user(value).stream())
                                .findFirst())
                .map(name -> UserTag.of(name).value())
                .or(() -> Optional.of(Change.NOBODY));
    }

    private Optional<Encoded> stored(String name) {
        return removed.contains(name) ? Optional.empty() : base.value(name);
    }

    private static boolean same(Encoded one, Encoded other) {
        return one.type().equals(other.type()) && Arrays.equals(one.bytes(), other.bytes());
    }

    private void requireStore() {
        if (readOnly) {
            throw new Outage("the session cannot be written while the store is away", null);
        }
    }

    /** Whether a capsule made before the last keep says something else; true once. */
    synchronized boolean takeCarriedChanged() {
        boolean changed = carriedChanged;
        carriedChanged = false;
        return changed;
    }

    /** The attributes a capsule for it holds. */
    synchronized Map<String, Encoded> carried() {
        var carried = new HashMap<String, Encoded>();
        for (var name : base.names()) {
            base.value(name)
                    .filter(sessions.codec()::carried)
                    .ifPresent(value -> carried.put(name, value));
        }
        return carried;
    }

    Stored stored() {
        return base.stored();
    }

    /** What is kept of it. */
    OpenSession base() {
        return base;
    }

    private void alive() {
        if (invalid) {
            throw new IllegalStateException("the session was invalidated");
        }
    }

    @Override
    public synchronized @Nullable Object getAttribute(String name) {
        alive();
        var known = live.get(name);
        if (known != null) {
            return known;
        }
        var own = transients.get(name);
        if (own != null || removed.contains(name)) {
            return own;
        }
        return base.value(name).flatMap(encoded -> decoded(name, encoded)).orElse(null);
    }

    private Optional<Object> decoded(String name, Encoded encoded) {
        var value = sessions.codec().decode(encoded);
        value.ifPresent(decoded -> {
            sessions.events().restored(name, decoded);
            live.put(name, decoded);
            if (!sessions.codec().immutable(encoded, decoded)) {
                baseline.put(name, sessions.codec().encode(decoded));
            }
        });
        return value;
    }

    @Override
    public synchronized void setAttribute(String name, @Nullable Object value) {
        alive();
        if (value == null) {
            removeAttribute(name);
            return;
        }
        if (name.startsWith(DESTRUCTION)) {
            // Spring's hook for session-scoped beans of this JVM; it means nothing elsewhere.
            transients.put(name, value);
            return;
        }
        var before = getAttribute(name);
        var unused = sessions.encode(name, value);
        live.put(name, value);
        written.add(name);
        removed.remove(name);
        sessions.events().put(this, name, value, before);
    }

    @Override
    public synchronized void removeAttribute(String name) {
        alive();
        var before = getAttribute(name);
        if (transients.remove(name) != null) {
            if (before != null) {
                sessions.events().removed(this, name, before);
            }
            return;
        }
        live.remove(name);
        baseline.remove(name);
        written.remove(name);
        if (base.names().contains(name)) {
            removed.add(name);
        }
        if (before == null) {
            return;
        }
        if (transients.containsKey(DESTRUCTION + name)) {
            sessions.events().removed(this, name, before);
        } else {
            sessions.events().dropped(this, name, before);
        }
    }

    @Override
    public synchronized Enumeration<String> getAttributeNames() {
        alive();
        var names = new LinkedHashSet<>(base.names());
        names.removeAll(removed);
        names.addAll(live.keySet());
        names.addAll(transients.keySet());
        return Collections.enumeration(names);
    }

    @Override
    public synchronized void invalidate() {
        alive();
        if (ending) {
            return;
        }
        if (id.isPresent()) {
            requireStore();
        }
        // Of two that end it at once, the one that did tells of it.
        if (id.isEmpty() || fresh || sessions.delete(keptKey())) {
            ending = true;
            tellEnd();
        }
        invalid = true;
    }

    private void tellEnd() {
        sessions.events().destroyed(this);
        for (var name : Collections.list(getAttributeNames())) {
            var value = getAttribute(name);
            boolean ofBean =
                    name.startsWith(DESTRUCTION)
                            && sessions.events().isBean(name.substring(DESTRUCTION.length()));
            if (value != null && !ofBean) {
                sessions.events().dropped(this, name, value);
            }
        }
    }

    @Override
    public String getId() {
        return key.name();
    }

    @Override
    public long getCreationTime() {
        alive();
        return base.stored().createdAt().toEpochMilli();
    }

    @Override
    public long getLastAccessedTime() {
        alive();
        return base.stored().lastAccess().toEpochMilli();
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    @Override
    public synchronized void setMaxInactiveInterval(int seconds) {
        idle = Optional.of(Duration.ofSeconds(Math.max(0, seconds)));
    }

    @Override
    public synchronized int getMaxInactiveInterval() {
        return Math.toIntExact(idle.orElse(base.stored().idle()).toSeconds());
    }

    @Override
    public boolean isNew() {
        alive();
        return isNew;
    }
}
