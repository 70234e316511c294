package dev.concertina.starter.job;

import dev.concertina.starter.request.Tenant;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One attempt at a job, as its handler sees it. */
public final class JobContext {
    private static final ThreadLocal<JobContext> CURRENT = new ThreadLocal<>();

    private final Claim claim;
    private final BooleanSupplier held;
    private final Finish finish;

    /** Ends the job together with some effects. */
    interface Finish {
        void with(Runnable effects);
    }

    JobContext(Claim claim, BooleanSupplier held, Finish finish) {
        this.claim = claim;
        this.held = held;
        this.finish = finish;
    }

    /** The attempt this thread is at. */
    public static Optional<JobContext> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    void during(Runnable work) {
        CURRENT.set(this);
        try {
            work.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** The same for every attempt. */
    public long id() {
        return claim.id();
    }

    public String type() {
        return claim.type();
    }

    /** 1 for the first. */
    public int attempt() {
        return claim.attempt();
    }

    /**
     * Grows with every claim of whatever job, on the store's count. Send it along with effects
     * outside the database, and let whoever receives them refuse a lower one than the last for the
     * same thing: so an attempt that was thought dead does no harm when it wakes.
     */
    public long fence() {
        return claim.fence();
    }

    public Optional<Tenant> tenant() {
        return claim.tenant();
    }

    public Instant enqueuedAt() {
        return claim.enqueuedAt();
    }

    /**
     * Whether this instance still has the job, as far as it knows without asking. A long handler
     * looks now and then, and stops if not.
     */
    public boolean held() {
        return held.getAsBoolean();
    }

    /**
     * Ends a job whose handler is not transactional: the effects run in a transaction that has the
     * job's end in it, so they happen exactly once or, if another instance has taken the job over,
     * not at all. The last thing a handler does.
     *
     * @throws IllegalStateException if the handler is transactional, or has done so before
     */
    public void finish(Runnable effects) {
        finish.with(effects);
    }
}
