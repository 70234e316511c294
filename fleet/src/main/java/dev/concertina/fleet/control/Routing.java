package dev.concertina.fleet.control;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The table the gateway was told last, and the one it is known to obey. One telling is under way at
 * a time, so tables cannot overtake each other.
 *
 * @param share of one release while another serves too; empty: all are alike
 */
public record Routing(long version, long confirmed, List<Backend> backends, Optional<Share> share) {
    public Routing {
        backends = List.copyOf(backends);
        // A journal of before there were shares has none.
        share = Objects.requireNonNullElseGet(share, Optional::empty);
    }

    /** What a table says. */
    record Table(List<Backend> backends, Optional<Share> share) {}

    static Routing none() {
        return new Routing(0, 0, List.of(), Optional.empty());
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

    boolean says(Table table) {
        return backends.equals(table.backends()) && share.equals(table.share());
    }

    Routing tell(Table table) {
        return new Routing(version + 1, confirmed, table.backends(), table.share());
    }

    /** The same once more, with a number the gateway takes. */
    Routing tellAfter(long inForce) {
        return new Routing(Math.max(version, inForce) + 1, confirmed, backends, share);
    }

    Routing confirm(long heard) {
        return new Routing(version, Math.max(confirmed, Math.min(heard, version)), backends, share);
    }

    /** Whether it is obeyed is asked again. */
    Routing durable() {
        return new Routing(version, version, backends, share);
    }

    Action told() {
        return new Action.Route(version, backends, share);
    }
}
