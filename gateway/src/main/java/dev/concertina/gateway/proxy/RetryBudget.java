package dev.concertina.gateway.proxy;

/**
 * How many requests may be sent again: a fifth of those that came, and a reserve for the moment in
 * which an instance dies with many in flight.
 */
final class RetryBudget {
    static final int SHARE = 5;
    static final int RESERVE = 500;

    private long fifths = (long) RESERVE * SHARE;

    void request() {
        if (fifths < (long) RESERVE * SHARE) {
            fifths++;
        }
    }

    boolean take() {
        if (fifths < SHARE) {
            return false;
        }
        fifths -= SHARE;
        return true;
    }
}
