package dev.concertina.gateway.http2;

import java.util.Arrays;

/**
 * What has to be known of streams that are no more: which of them ended by a reset lately, and
 * which identifiers were passed over. All others have ended properly.
 */
final class GoneStreams {
    private static final int RESETS = 512;
    private static final int GAPS = 64;

    // Most connections know neither.
    private int[] resets = {};
    private int[] gaps = {};
    private int nextReset;
    private int nextGap;

    /** A reset by the gateway: what the client sent before it knew is no fault of its. */
    void resetHere(int id) {
        add(id);
    }

    void resetByClient(int id) {
        add(-id);
    }

    private void add(int signed) {
        if (resets.length == 0) {
            resets = new int[RESETS];
        }
        resets[nextReset] = signed;
        nextReset = (nextReset + 1) % RESETS;
    }

    boolean wasResetHere(int id) {
        return known(id);
    }

    boolean wasResetByClient(int id) {
        return known(-id);
    }

    private boolean known(int signed) {
        for (int reset : resets) {
            if (reset == signed) {
                return true;
            }
        }
        return false;
    }

    /** A stream was opened. */
    void opened(int id, int lastBefore) {
        int expected = lastBefore == 0 ? 1 : lastBefore + 2;
        if (id <= expected) {
            return;
        }
        if (gaps.length == 0) {
            gaps = new int[2 * GAPS];
            Arrays.fill(gaps, -1);
        }
        gaps[nextGap] = expected;
        gaps[nextGap + 1] = id - 2;
        nextGap = (nextGap + 2) % gaps.length;
    }

    /** Whether the identifier can never be used, because a higher one was used first. */
    boolean passedOver(int id) {
        for (int i = 0; i < gaps.length; i += 2) {
            if (id >= gaps[i] && id <= gaps[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
