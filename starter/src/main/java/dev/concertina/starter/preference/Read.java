package dev.concertina.starter.preference;

import jakarta.servlet.ServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What one request has read and written already, so that it asks once. */
final class Read {
    private static final String ATTRIBUTE = Read.class.getName();

    private final Map<Owner, Map<String, String>> known = new ConcurrentHashMap<>();
    private volatile Optional<String> visitor = Optional.empty();

    static Read of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Read read) {
            return read;
        }
        var read = new Read();
        request.setAttribute(ATTRIBUTE, read);
        return read;
    }

    /** The visitor id that was given out in this request. */
    Optional<String> visitor() {
        return visitor;
    }

    void visitor(String id) {
        visitor = Optional.of(id);
    }

    Optional<Map<String, String>> known(Owner owner) {
        return Optional.ofNullable(known.get(owner));
    }

    void know(Owner owner, Map<String, String> values) {
        known.put(owner, values);
    }

    void forget(Owner owner) {
        known.remove(owner);
    }
}
