package dev.concertina.starter.request;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a store is asked at all. Closed: yes. After some calls in a row have failed it is open:
 * nobody asks, and a probe is due at once. While the probe is under way it is half open, and still
 * nobody asks. A good probe closes it; a bad one opens it again, and the next is due after a wait
 * that doubles. Time is an argument; safe for use by many threads.
 */
public final class Circuit {
    public enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /**
     * @param failures calls that failed in a row
     * @param bad probes that failed in a row
     */
    private record Phase(State state, int failures, int bad) {}

    private static final Phase CLOSED = new Phase(State.CLOSED, 0, 0);
    private static final int DOUBLINGS_MAX = 20;

    private final int failuresMax;
    private final Duration waitFirst;
    private final Duration waitMax;
    private final AtomicReference<Phase> phase = new AtomicReference<>(CLOSED);

    public Circuit(int failuresMax, Duration waitFirst, Duration waitMax) {
        this.failuresMax = failuresMax;
        this.waitFirst = waitFirst;
        this.waitMax = waitMax;
    }

    public State state() {
        return phase.get().state();
    }

    public boolean closed() {
        return state() == State.CLOSED;
    }

    public void succeeded() {
        var now = phase.get();
        if (now.state() == State.CLOSED && now.failures() > 0) {
            phase.compareAndSet(now, CLOSED);
        }
    }

    /**
     * @return whether this failure opened it
     */
    public boolean failed() {
        var before =
                phase.getAndUpdate(now ->
                        now.state() == State.CLOSED
                                ? new Phase(
                                        opens(now) ? State.OPEN : State.CLOSED,
                                        now.failures() + 1,
                                        0)
                                : now);
        return before.state() == State.CLOSED && opens(before);
    }

    private boolean opens(Phase closed) {
        return closed.failures() + 1 >= failuresMax;
    }

    /**
     * Opens it whatever came before: the connection is known to be gone.
     *
     * @return whether it was closed
     */
    public boolean trip() {
        var before =
                phase.getAndUpdate(now ->
                        now.state() == State.CLOSED ? new Phase(State.OPEN, failuresMax, 0) : now);
        return before.state() == State.CLOSED;
    }

    /** Takes the one probe that is due, if it is open. */
    public boolean probe() {
        var now = phase.get();
        return now.state() == State.OPEN
                && phase.compareAndSet(now, new Phase(State.HALF_OPEN, now.failures(), now.bad()));
    }

    public void probeSucceeded() {
        phase.set(CLOSED);
    }

    /**
     * @return how long to wait before the next
     */
    public Duration probeFailed() {
        var next =
                phase.updateAndGet(now ->
                        new Phase(
                                State.OPEN,
                                now.failures(),
                                Math.min(now.bad() + 1, DOUBLINGS_MAX)));
        var wait = waitFirst.multipliedBy(1L << (next.bad() - 1));
        return wait.compareTo(waitMax) > 0 ? waitMax : wait;
    }
}
