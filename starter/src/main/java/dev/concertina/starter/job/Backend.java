package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UnusableStoreException;

/**
 * One place where jobs are kept, as workers and as operators use it.
 *
 * @param preparation what has to be done before the others, and costs nothing once it was; throws
 *     {@link Outage} if it is to be tried again and {@link UnusableStoreException} if that is of no
 *     use
 */
record Backend(String name, JobStore store, Desk desk, Runnable preparation)
        implements AutoCloseable {
    @Override
    public void close() {
        store.close();
    }
}
