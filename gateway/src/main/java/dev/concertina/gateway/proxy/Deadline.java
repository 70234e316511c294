package dev.concertina.gateway.proxy;

/** A time by which something must have happened. Armed and disarmed without allocating. */
final class Deadline {
    private final Runnable expired;
    private Deadline before = this;
    private Deadline after = this;
    private long at;

    Deadline(Runnable expired) {
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

    void disarm() {
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
