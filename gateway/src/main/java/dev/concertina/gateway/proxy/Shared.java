package dev.concertina.gateway.proxy;

import dev.concertina.gateway.route.Routes;
import java.util.concurrent.atomic.AtomicInteger;

/** The little that all event loops see: the routes in one volatile field, and counters. */
public final class Shared {
    private final Timeouts timeouts;
    private final int holdMax;
    private final Counters counters = Counters.zero();
    private final AtomicInteger heldCount = new AtomicInteger();
    private volatile Routes routes = Routes.empty();
    private volatile boolean stopping;

    public Shared(Timeouts timeouts, int holdMax) {
        this.timeouts = timeouts;
        this.holdMax = holdMax;
    }

    public Routes routes() {
        return routes;
    }

    /** Replaces the routes. One thread calls this. */
    public void route(Routes next) {
        routes = next;
    }

    public Counters counters() {
        return counters;
    }

    public Timeouts timeouts() {
        return timeouts;
    }

    public boolean stopping() {
        return stopping;
    }

    public void stop() {
        stopping = true;
    }

    AtomicInteger heldCount() {
        return heldCount;
    }

    int holdMax() {
        return holdMax;
    }
}
