package dev.concertina.starter.job;

import dev.concertina.starter.codec.Unencodable;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.instance.RequestId;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Tenant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Has work done later, by any instance that has a {@link JobHandler} for the payload's class. What
 * is enqueued in a transaction of the same database is there if, and when, it commits; without one
 * it is there when the call returns.
 */
public final class Jobs {
    private final Backend backend;
    private final ValueCodec codec;
    private final Workplace place;
    private final JobCounters counters;

    Jobs(Backend backend, ValueCodec codec, Workplace place, JobCounters counters) {
        this.backend = backend;
        this.codec = codec;
        this.place = place;
        this.counters = counters;
    }

    /**
     * As soon as somebody is free.
     *
     * @param payload a record or class of the application's own
     * @throws Unencodable if the payload has no form outside this JVM
     * @throws Outage if the store does not answer; without a transaction it may be there all the
     *     same
     */
    public Enqueued enqueue(Object payload) {
        return payload instanceof Job job ? enqueue(job) : enqueue(Job.of(payload));
    }

    /** As {@link #enqueue(Object)}, with all there is to say of it. */
    public Enqueued enqueue(Job job) {
        return enqueueAll(List.of(job)).getFirst();
    }

    /**
     * Many, in one call.
     *
     * @param jobs payloads, or {@link Job}s
     * @return one for each, in their order
     */
    public List<Enqueued> enqueueAll(Collection<?> jobs) {
        if (jobs.isEmpty()) {
            return List.of();
        }
        var made = jobs.stream().map(job -> made(job instanceof Job j ? j : Job.of(job))).toList();
        backend.preparation().run();
        var enqueued = backend.store().enqueue(made);
        int added = 0;
        for (int i = 0; i < made.size(); i++) {
            if (enqueued.get(i).added()) {
                added++;
                counters.enqueued(made.get(i).type(), 1);
            }
        }
        if (added > 0) {
            wake(added);
        }
        return enqueued;
    }

    private NewJob made(Job job) {
        try {
            return new NewJob(
                    JobNames.of(job.payload().getClass()),
                    codec.encodeNameless(job.payload()),
                    job.due(),
                    job.key(),
                    job.tenant().or(Jobs::tenant),
                    Optional.ofNullable(MDC.get(RequestId.MDC)));
        } catch (BadSetting e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Optional<Tenant> tenant() {
        var job = JobContext.current();
        if (job.isPresent()) {
            return job.get().tenant();
        }
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes of
                ? Tenant.of(of.getRequest())
                : Optional.empty();
    }

    private void wake(int added) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            place.wake(added);
            return;
        }
        for (var other : TransactionSynchronizationManager.getSynchronizations()) {
            if (other instanceof Wake wake) {
                wake.added += added;
                return;
            }
        }
        TransactionSynchronizationManager.registerSynchronization(new Wake(added));
    }

    /** Once for each transaction. */
    private final class Wake implements TransactionSynchronization {
        private int added;

        Wake(int added) {
            this.added = added;
        }

        @Override
        public void afterCommit() {
            place.wake(added);
        }
    }
}
