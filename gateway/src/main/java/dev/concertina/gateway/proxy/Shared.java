package dev.concertina.gateway.proxy;

import dev.concertina.gateway.observe.Metrics;
import dev.concertina.gateway.route.Routes;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The little that all event loops see: the plan in one volatile field, and counters. */
public final class Shared {
    private final Counters counters = Counters.zero();
    private final Metrics metrics = new Metrics();
    // A few virtual threads: a disc does not answer faster when asked more at once.
    private final Executor disc =
            Executors.newFixedThreadPool(4, Thread.ofVirtual().name("disc").factory());
    private final AtomicInteger heldCount = new AtomicInteger();
    private volatile Plan plan = Plan.empty();
    private volatile boolean leaving;
    private volatile boolean stopping;

    public Plan plan() {
        return plan;
    }

    public Routes routes() {
        return plan.routes();
    }

    /** Replaces the plan. One thread calls this. */
    public void obey(Plan next) {
        plan = next;
    }

    /** Runs what may wait for a disc. */
    Executor disc() {
        return disc;
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Requests that wait for a target. */
    public int held() {
        return heldCount.get();
    }

    public Counters counters() {
        return counters;
    }

    public boolean stopping() {
        return stopping;
    }

    public void stop() {
        leaving = true;
        stopping = true;
    }

    /**
     * Whether every next response is its connection's last. While only this holds, connections
     * without a request stay open: a client may be sending one at this moment.
     */
    public boolean leaving() {
        return leaving;
    }

    public void leave() {
        leaving = true;
    }

    AtomicInteger heldCount() {
        return heldCount;
    }
}
