package dev.concertina.starter.session;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.seal.Seal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One version of a session with the attributes opened so far. Shared by many requests. */
final class OpenSession {
    private final Stored stored;
    private final Seal seal;
    private final Map<String, Encoded> opened = new ConcurrentHashMap<>();

    OpenSession(Stored stored, Seal seal) {
        this.stored = stored;
        this.seal = seal;
    }

    /**
     * A session of which only some attributes are known; asking for another is an outage.
     *
     * @param stored has a value without content for each
     */
    static OpenSession partly(Stored stored, Seal seal, Map<String, Encoded> known) {
        var session = new OpenSession(stored, seal);
        session.opened.putAll(known);
        return session;
    }

    Stored stored() {
        return stored;
    }

    Seal seal() {
        return seal;
    }

    Set<String> names() {
        return stored.values().keySet();
    }

    Optional<Encoded> value(String name) {
        var known = opened.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        var envelope = stored.values().get(name);
        if (envelope == null) {
            return Optional.empty();
        }
        if (envelope.length == 0) {
            throw new Outage("'" + name + "' cannot be read while the store is away", null);
        }
        var value = seal.open(name, envelope);
        opened.put(name, value);
        return Optional.of(value);
    }

    /** The content after this instance's own change, when nobody else's came between. */
    OpenSession changed(String version, Change change, Map<String, Encoded> plain) {
        var values = new HashMap<>(stored.values());
        values.putAll(change.puts());
        values.keySet().removeAll(change.removals());
        var next =
                new OpenSession(
                        new Stored(
                                stored.owner(),
                                version,
                                stored.createdAt(),
                                stored.lastAccess(),
                                change.idle().orElse(stored.idle()),
                                stored.user(change),
                                change.stamp().orElse(stored.stamp()),
                                values),
                        seal);
        next.opened.putAll(opened);
        next.opened.putAll(plain);
        next.opened.keySet().retainAll(values.keySet());
        return next;
    }
}
