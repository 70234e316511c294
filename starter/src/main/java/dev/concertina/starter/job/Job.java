package dev.concertina.starter.job;

import dev.concertina.starter.request.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A job before it is enqueued. Immutable. */
public final class Job {
    private final Object payload;
    private final Due due;
    private final Optional<String> key;
    private final Optional<Tenant> tenant;

    /** When it may begin at the earliest. */
    sealed interface Due {
        record After(Duration delay) implements Due {}

        record At(Instant instant) implements Due {}
    }

    private Job(Object payload, Due due, Optional<String> key, Optional<Tenant> tenant) {
        this.payload = payload;
        this.due = due;
        this.key = key;
        this.tenant = tenant;
    }

    /** As soon as somebody is free. */
    public static Job of(Object payload) {
        return new Job(payload, new Due.After(Duration.ZERO), Optional.empty(), Optional.empty());
    }

    /** Not before so much time has gone by. */
    public Job after(Duration wait) {
        return new Job(
                payload, new Due.After(wait.isNegative() ? Duration.ZERO : wait), key, tenant);
    }

    /** Not before this instant, on the store's clock. */
    public Job at(Instant instant) {
        return new Job(payload, new Due.At(instant), key, tenant);
    }

    /**
     * At most one of its type, of one tenant, is enqueued under a key within {@code
     * concertina.job.keys}, however often this is asked for.
     *
     * @throws IllegalArgumentException if it is empty or longer than 200 characters
     */
    public Job key(String idempotency) {
        if (idempotency.isEmpty() || idempotency.length() > 200) {
            throw new IllegalArgumentException(
                    "A job's key has 1 to 200 characters; this has " + idempotency.length() + ".");
        }
        return new Job(payload, due, Optional.of(idempotency), tenant);
    }

    /** Whose it is; without this, the tenant of the request, or of the job, that enqueues it. */
    public Job tenant(Tenant owner) {
        return new Job(payload, due, key, Optional.of(owner));
    }

    Object payload() {
        return payload;
    }

    Due due() {
        return due;
    }

    Optional<String> key() {
        return key;
    }

    Optional<Tenant> tenant() {
        return tenant;
    }
}
