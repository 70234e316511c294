package dev.concertina.fleet.control;

import java.util.List;

/**
 * The table the gateway was told last, and the one it is known to obey. One telling is under way at
 * a time, so tables cannot overtake each other.
 */
public record Routing(long version, long confirmed, List<Backend> backends) {
    public Routing {
        backends = List.copyOf(backends);
    }

    static Routing none() {
        return new Routing(0, 0, List.of());
    }

    /** The first version that is certain not to name the instance, once it is no longer ready. */
    public long firstWithout(String instance) {
        return backends.stream().anyMatch(b -> b.instance().equals(instance))
                ? version + 1
                : version;
    }

    boolean settled() {
        return confirmed >= version;
    }

    Routing tell(List<Backend> next) {
        return new Routing(version + 1, confirmed, next);
    }

    /** The same once more, with a number the gateway takes. */
    Routing tellAfter(long inForce) {
        return new Routing(Math.max(version, inForce) + 1, confirmed, backends);
    }

    Routing confirm(long heard) {
        return new Routing(version, Math.max(confirmed, Math.min(heard, version)), backends);
    }
}
