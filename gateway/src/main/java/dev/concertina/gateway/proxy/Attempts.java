package dev.concertina.gateway.proxy;

import dev.concertina.gateway.observe.InstanceMetrics;
import dev.concertina.gateway.route.TargetState;
import dev.concertina.gateway.route.Tried;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The targets one request is given to, one after the other, and the claim on the present one. */
final class Attempts {
    static final int MAX = 3;

    private final Worker worker;
    private final Tried tried = new Tried(MAX);
    private long wanted;
    private boolean fresh;
    private long newTicket;
    private int made;
    private int retries;
    private long heldSince;
    private long began;
    private long claimedAt;
    private long took;
    private long headAfter;
    private @Nullable TargetState last;
    private @Nullable InstanceMetrics metrics;
    private @Nullable TargetState target;

    Attempts(Worker worker) {
        this.worker = worker;
    }

    /**
     * Begins with a new request.
     *
     * @param affinity of the target its client would come back to; 0: any
     */
    void begin(long affinity) {
        begin(affinity, true);
    }

    /**
     * Begins with a new request while a release has a share of them.
     *
     * @param ticket the client's; 0: it has none
     */
    void begin(long affinity, Division division, long ticket) {
        begin(affinity, true);
        newTicket = ticket == 0 && division.givesTickets() ? worker.newTicket() : 0;
        fresh = division.holds(ticket == 0 ? newTicket : ticket);
    }

    private void begin(long affinity, boolean counts) {
        wanted = affinity;
        fresh = false;
        newTicket = 0;
        heldSince = 0;
        began = 0;
        retries = -1;
        took = -1;
        last = null;
        metrics = null;
        anew();
        if (counts) {
            worker.budget().request();
        }
    }

    /** The claim is on the instance these metrics are of. */
    void measured(InstanceMetrics of) {
        metrics = of;
    }

    /** The target that was asked last; null if none was. */
    @Nullable TargetState last() {
        return last;
    }

    /** Tries after the first. */
    int retries() {
        return Math.max(0, retries);
    }

    /** How long the target asked last took; negative if none was asked. */
    long nanos(long now) {
        return last == null || took >= 0 ? took : now - claimedAt;
    }

    /** The request ends without asking anybody. */
    void none() {
        begin(0, false);
    }

    long wanted() {
        return wanted;
    }

    /** The ticket the client is to be given; 0: none. */
    long newTicket() {
        return newTicket;
    }

    /** All targets come into question again. */
    void anew() {
        made = 0;
        tried.clear();
    }

    /** Claims another target; null when there is none, or no further try. */
    @Nullable TargetState claim() {
        long now = worker.now();
        TargetState chosen = made == MAX ? null : worker.routes().claim(wanted, fresh, tried, now);
        if (chosen != null) {
            made++;
            tried.add(chosen);
            chosen.requested();
            target = chosen;
            last = chosen;
            retries++;
            claimedAt = now;
            began = began == 0 ? now : began;
        }
        return chosen;
    }

    /** Whether another try may follow one that failed; if so it is taken from the budget. */
    boolean mayRepeat() {
        return made < MAX && worker.budget().take();
    }

    /** As the other, but only if there is a target it was not given to that is free for it. */
    boolean another() {
        return worker.routes().offer(tried, worker.now()) && mayRepeat();
    }

    /** Whether the request may go on waiting for a target. */
    boolean mayWait(Duration most) {
        long now = worker.now();
        if (heldSince == 0) {
            heldSince = now;
        }
        return now - heldSince < most.toNanos();
    }

    TargetState current() {
        TargetState held = target;
        if (held == null) {
            throw new IllegalStateException("no claim is held");
        }
        return held;
    }

    /** The target has answered; how fast matters while another one starts slowly. */
    void answered(int status) {
        if (status < 500 && worker.routes().warmUp()) {
            current().answeredIn(worker.now() - claimedAt);
        }
    }

    /** The head of a response that is passed on has come. */
    void headCame() {
        headAfter = worker.now() - claimedAt;
    }

    /** The claim, if there is one, for the caller to give back. */
    @Nullable TargetState take() {
        TargetState held = target;
        target = null;
        return held;
    }

    /**
     * The claim on a target that did its part.
     *
     * @param lasting its client decided how long that took, not the target
     */
    TargetState takeServed(boolean lasting) {
        TargetState served = current();
        target = null;
        long now = worker.now();
        took = now - claimedAt;
        served.took(lasting ? headAfter : took);
        if (metrics != null) {
            metrics.served(now - began);
        }
        return served;
    }

    /** The claim on a target that did not. */
    TargetState takeFailed() {
        TargetState failed = current();
        target = null;
        failed.failed();
        return failed;
    }
}
