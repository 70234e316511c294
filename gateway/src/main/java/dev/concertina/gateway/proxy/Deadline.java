package dev.concertina.gateway.proxy;

/**
 * A time by which something must have happened. Armed ({@link Worker#arm}) and disarmed without
 * allocating; arming again moves it. What it runs runs on the worker's thread, up to half a second
 * late.
 */
public final class Deadline {
    private final Runnable expired;
    private Deadline before = this;
    private Deadline after = this;
    private long at;

    public Deadline(Runnable expired) {
        this.expired = expired;
    }

    /** The head of a list, never armed itself. */
    static Deadline list() {
        return new Deadline(() -> {});
    }

    void arm(Deadline list, long time) {
        at = time;
        if (after == this) {
            before = list.before;
            after = list;
            before.after = this;
            list.before = this;
        }
    }

    /** Does nothing where it is not armed. */
    public void disarm() {
        before.after = after;
        after.before = before;
        before = this;
        after = this;
    }

    /** Runs what is overdue on the list this heads. */
    void expire(long now) {
        Deadline each = after;
        while (each != this) {
            Deadline next = each.after;
            if (now - each.at >= 0) {
                each.disarm();
                each.expired.run();
                // Expiry may have disarmed the next one; then the round begins anew.
                next = next.after == next ? after : next;
            }
            each = next;
        }
    }
}
