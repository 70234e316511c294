package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.request.ScriptCall;
import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in Redis. A user's sessions are named in the slot of the user, so that is a command of
 * its own, sent just before the change of a session that says whose it is. It may name sessions
 * that ended or belong to somebody else by now, and never lacks one that is kept.
 */
final class RedisSessionStore implements SessionStore, SessionStore.Asking {
    private static final Logger log = LoggerFactory.getLogger(RedisSessionStore.class);
    private static final Duration UNTOUCHED = Duration.ofMillis(-1);

    /** How long what the index names may still be on its way. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(1);

    /** How many sessions are read at one time. */
    private static final int SHOWN = 50;

    /** In a cluster, how many shards one look asks. */
    private static final int GROUPS_MAX = 32;

    private final Redis redis;
    private final String prefix;
    private final Duration lifetime;
    private final SessionScripts scripts;
    private final Script find;
    private final Script save;
    private final Script delete;
    private final Script look;
    private final Script claim;
    private final Script forget;
    private final Script index;
    private final Script unindex;
    private final Script reseal;
    private final Script members = new Script(SessionScripts.MEMBERS);
    private final Script count = new Script(SessionScripts.COUNT);
    private final KeyLedger ledger;
    private final AtomicInteger turn;

    RedisSessionStore(Redis redis, Duration lifetime) {
        this(redis, lifetime, SessionScripts.WHOLE);
    }

    RedisSessionStore(Redis redis, Duration lifetime, SessionScripts scripts) {
        this.redis = redis;
        this.prefix = redis.namespace() + ":s:";
        this.lifetime = lifetime;
        this.scripts = scripts;
        this.find = alone(scripts.find());
        this.save = alone(scripts.save());
        this.delete = alone(scripts.delete());
        this.reseal = alone(scripts.reseal());
        this.ledger = new RedisKeyLedger(redis, lifetime.plus(GRACE));
        this.look = alone(scripts.look());
        this.claim = alone(scripts.claim());
        this.forget = alone(scripts.forget());
        this.index = alone(scripts.index());
        this.unindex = alone(scripts.unindex());
        this.turn = new AtomicInteger(redis.hashCode());
    }

    private static Script alone(String text) {
        return new Script(SessionScripts.ALONE + text);
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.of(this);
    }

    @Override
    public String script() {
        return scripts.find();
    }

    @Override
    public String userScript() {
        return scripts.user();
    }

    @Override
    public Question question(SessionKey key, String known, Duration touchEvery) {
        return new Question(
                List.of(name(key)), List.of(bytes(known), millis(touchEvery), millis(GRACE)));
    }

    @Override
    public Found find(SessionKey key, String known, Duration touchEvery) {
        return found(redis.call(List.of(finding(key, known, touchEvery))).getFirst());
    }

    private ScriptCall finding(SessionKey key, String known, Duration touchEvery) {
        var question = question(key, known, touchEvery);
        return new ScriptCall(find, question.keys(), question.arguments());
    }

    @Override
    public Found found(List<@Nullable Object> reply) {
        int kind = (int) number(reply, 0);
        if (kind == 0) {
            return new Found.Nothing();
        }
        boolean touched = number(reply, 1) == 1;
        var lastAccess = Instant.ofEpochMilli(number(reply, 2));
        return kind == 1
                ? new Found.Same(lastAccess, touched)
                : new Found.Whole(stored((List<?>) part(reply, 3), lastAccess), touched);
    }

    private static Stored stored(List<?> fields, Instant lastAccess) {
        var own = new HashMap<String, String>();
        var values = new HashMap<String, byte[]>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            var name = text(part(fields, i));
            var value = (byte[]) part(fields, i + 1);
            if (name.startsWith(":")) {
                values.put(name.substring(1), value);
            } else {
                own.put(name, text(value));
            }
        }
        return new Stored(
                own.getOrDefault("~o", ""),
                own.getOrDefault("~v", ""),
                Instant.ofEpochMilli(Long.parseLong(own.getOrDefault("~c", "0"))),
                lastAccess.equals(Instant.EPOCH)
                        ? Instant.ofEpochMilli(Long.parseLong(own.getOrDefault("~a", "0")))
                        : lastAccess,
                Duration.ofMillis(Long.parseLong(own.getOrDefault("~i", "0"))),
                Optional.ofNullable(own.get("~u"))
                        .filter(tag -> !tag.equals(Change.NOBODY))
                        .map(UserTag::new),
                own.getOrDefault("~b", ""),
                values);
    }

    @Override
    public Optional<Stored> peek(SessionKey key) {
        return whole(find(key, "", UNTOUCHED));
    }

    private static Optional<Stored> whole(Found found) {
        return found instanceof Found.Whole whole ? Optional.of(whole.session()) : Optional.empty();
    }

    @Override
    public Outcome save(SessionKey key, Change change) {
        var keys = new ArrayList<byte[]>();
        keys.add(name(key));
        keys.add(ends(key.tag()));
        keys.add(bytes(redis.namespace() + ":m:{" + key.tag() + "}:" + change.owner()));
        change.moveTo().ifPresent(to -> keys.add(name(to)));
        var calls = new ArrayList<ScriptCall>();
        var at = change.moveTo().orElse(key);
        change.user()
                .filter(tag -> !tag.equals(Change.NOBODY))
                .ifPresent(tag -> calls.add(indexing(new UserTag(tag), at)));
        calls.add(new ScriptCall(save, keys, arguments(change)));
        var reply = redis.call(calls).getLast();
        return switch ((int) number(reply, 0)) {
            case 0 -> new Outcome.Gone();
            case 1 -> {
                var user = text(part(reply, 2));
                if (change.moveTo().isPresent()
                        && change.user().isEmpty()
                        && !user.isEmpty()
                        && !user.equals(Change.NOBODY)) {
                    var unused = redis.call(List.of(indexing(new UserTag(user), at)));
                }
                yield new Outcome.Kept(text(part(reply, 1)));
            }
            default -> new Outcome.Moved(key(part(reply, 1)));
        };
    }

    private ScriptCall indexing(UserTag user, SessionKey key) {
        return new ScriptCall(
                index, List.of(sessions(user)), List.of(bytes(key.value()), millis(lifetime)));
    }

    private List<byte[]> arguments(Change change) {
        var arguments = new ArrayList<byte[]>();
        arguments.add(bytes(change.operation()));
        arguments.add(bytes(change.creates() ? change.owner() : ""));
        arguments.add(change.idle().map(RedisSessionStore::millis).orElse(bytes("")));
        arguments.add(millis(lifetime));
        arguments.add(millis(GRACE));
        arguments.add(millis(TOMBSTONE));
        arguments.add(bytes(change.user().orElse("")));
        arguments.add(bytes(Integer.toString(change.puts().size())));
        arguments.add(bytes(change.stamp().orElse("")));
        for (Map.Entry<String, byte[]> put : change.puts().entrySet()) {
            arguments.add(bytes(":" + put.getKey()));
            arguments.add(put.getValue());
        }
        change.removals().forEach(removal -> arguments.add(bytes(":" + removal)));
        return arguments;
    }

    @Override
    public boolean delete(SessionKey key) {
        var at = key;
        while (true) {
            var reply = redis.call(delete, List.of(name(at), ends(at.tag())), List.of());
            switch ((int) number(reply, 0)) {
                case 0 -> {
                    return false;
                }
                case 1 -> {
                    unindex(text(part(reply, 1)), at);
                    return true;
                }
                default -> at = key(part(reply, 1));
            }
        }
    }

    @Override
    public long count() {
        long sum = 0;
        var shards = redis.together(Shards.TAGS.stream().map(this::ends).toList());
        var calls = shards.stream().map(keys -> new ScriptCall(count, keys, List.of())).toList();
        for (var reply : redis.call(calls)) {
            sum += number(reply, 0);
        }
        return sum;
    }

    @Override
    public boolean each(Predicate<Map<SessionKey, Stored>> visit) {
        for (var tag : Shards.TAGS) {
            if (!eachOf(tag, visit)) {
                return false;
            }
        }
        return true;
    }

    // Whoever was not found under a name has ended, or is found under the next one.
    private boolean eachOf(String tag, Predicate<Map<SessionKey, Stored>> visit) {
        var shown = new HashSet<SessionKey>();
        boolean lacking = true;
        while (lacking) {
            lacking = false;
            var names = new ArrayList<SessionKey>();
            for (var name : redis.call(members, List.of(ends(tag)), List.of())) {
                if (name != null && shown.add(key(name))) {
                    names.add(key(name));
                }
            }
            for (int i = 0; i < names.size(); i += SHOWN) {
                var some = names.subList(i, Math.min(i + SHOWN, names.size()));
                var found = peeked(some);
                lacking |= found.size() < some.size();
                if (!found.isEmpty() && !visit.test(found)) {
                    return false;
                }
            }
        }
        return true;
    }

    private Map<SessionKey, Stored> peeked(List<SessionKey> keys) {
        var found = new LinkedHashMap<SessionKey, Stored>();
        var replies = redis.call(keys.stream().map(key -> finding(key, "", UNTOUCHED)).toList());
        for (int i = 0; i < keys.size(); i++) {
            var key = keys.get(i);
            whole(found(replies.get(i))).ifPresent(session -> found.put(key, session));
        }
        return found;
    }

    @Override
    public void reseal(
            SessionKey key, Stored seen, Map<String, byte[]> envelopes, Optional<String> stamp) {
        var arguments = new ArrayList<byte[]>();
        envelopes.forEach((name, envelope) -> {
            arguments.add(bytes(":" + name));
            arguments.add(Objects.requireNonNull(seen.values().get(name), name));
            arguments.add(envelope);
        });
        stamp.ifPresent(
                next -> arguments.addAll(List.of(bytes("~b"), bytes(seen.stamp()), bytes(next))));
        var unused = redis.call(reseal, List.of(name(key)), arguments);
    }

    @Override
    public Optional<KeyLedger> ledger() {
        return Optional.of(ledger);
    }

    // The session has ended; what the index says of it is looked at again when it is read.
    private void unindex(String user, SessionKey key) {
        if (user.isEmpty() || user.equals(Change.NOBODY)) {
            return;
        }
        try {
            var unused =
                    redis.call(List.of(unindexing(new UserTag(user), Duration.ZERO, List.of(key))));
        } catch (Outage e) {
            log.debug("an ended session stays in its user's index until that is read");
        }
    }

    private ScriptCall unindexing(UserTag user, Duration age, List<SessionKey> keys) {
        var arguments = new ArrayList<byte[]>();
        arguments.add(millis(age));
        keys.forEach(key -> arguments.add(bytes(key.value())));
        return new ScriptCall(unindex, List.of(sessions(user)), arguments);
    }

    @Override
    public Map<SessionKey, Stored> ofUser(UserTag user) {
        var named = new ArrayList<SessionKey>();
        for (var member : redis.call(members, List.of(sessions(user)), List.of())) {
            if (member != null) {
                named.add(new SessionKey(text(member)));
            }
        }
        var found = peeked(named);
        found.values().removeIf(session -> !session.user().equals(Optional.of(user)));
        var others = new ArrayList<>(named);
        others.removeAll(found.keySet());
        if (!others.isEmpty()) {
            var unused = redis.call(List.of(unindexing(user, UNDER_WAY, others)));
        }
        return found;
    }

    @Override
    public Ended.Batch takeEnded(int max, Duration lease) {
        var due = due(max);
        var token = SessionId.text(12);
        var calls = new ArrayList<ScriptCall>();
        due.forEach((tag, names) -> {
            var keys = new ArrayList<byte[]>();
            keys.add(ends(tag));
            keys.addAll(names);
            calls.add(new ScriptCall(claim, keys, List.of(millis(lease), bytes(token))));
        });
        var ended = new ArrayList<Ended>();
        for (var reply : redis.call(calls)) {
            for (var claimed : reply) {
                if (claimed instanceof List<?> parts) {
                    var session = stored((List<?>) part(parts, 1), Instant.EPOCH);
                    ended.add(new Ended(key(part(parts, 0)), token, session));
                }
            }
        }
        return new Ended.Batch(ended, due.values().stream().mapToInt(List::size).sum() >= max);
    }

    /** By shard, the sessions whose time has come as far as the index knows. */
    private Map<String, List<byte[]>> due(int max) {
        var groups = redis.together(Shards.TAGS.stream().map(this::ends).toList());
        int asked = Math.min(GROUPS_MAX, groups.size());
        int first = turn.getAndAdd(asked);
        var calls = new ArrayList<ScriptCall>();
        for (int i = 0; i < asked; i++) {
            var group = groups.get(Math.floorMod(first + i, groups.size()));
            calls.add(new ScriptCall(look, group, List.of(bytes(Integer.toString(max)))));
        }
        var due = new LinkedHashMap<String, List<byte[]>>();
        for (var reply : redis.call(calls)) {
            for (var names : reply) {
                for (var name : names instanceof List<?> list ? list : List.of()) {
                    due.computeIfAbsent(key(name).tag(), tag -> new ArrayList<>())
                            .add((byte[]) name);
                }
            }
        }
        return due;
    }

    @Override
    public void forget(Ended ended) {
        var key = ended.key();
        var calls = new ArrayList<ScriptCall>();
        calls.add(
                new ScriptCall(
                        forget,
                        List.of(name(key), ends(key.tag())),
                        List.of(bytes(ended.claim()))));
        ended.session()
                .user()
                .ifPresent(user -> calls.add(unindexing(user, Duration.ZERO, List.of(key))));
        var unused = redis.call(calls);
    }

    private byte[] name(SessionKey key) {
        return bytes(prefix + key.value());
    }

    private SessionKey key(Object name) {
        return new SessionKey(text(name).substring(prefix.length()));
    }

    private byte[] ends(String tag) {
        return bytes(redis.namespace() + ":e:{" + tag + "}");
    }

    private byte[] sessions(UserTag user) {
        return bytes(redis.namespace() + ":u:{" + user.value() + "}");
    }

    private static byte[] millis(Duration duration) {
        return bytes(Long.toString(duration.toMillis()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static long number(List<@Nullable Object> reply, int index) {
        return (Long) part(reply, index);
    }

    private static Object part(List<?> reply, int index) {
        var part = reply.get(index);
        if (part == null) {
            throw new IllegalStateException("Redis left out part " + index + " of its reply");
        }
        return part;
    }
}
