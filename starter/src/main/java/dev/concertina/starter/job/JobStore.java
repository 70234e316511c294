package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where jobs are kept. All times are on the store's clock. Each call is atomic; any may throw
 * {@link Outage}, and then may have happened all the same.
 */
interface JobStore extends AutoCloseable {
    /**
     * Adds jobs, in the order given. Inside a transaction of the caller they are there if, and
     * when, it is committed.
     */
    List<Enqueued> enqueue(List<NewJob> jobs);

    /**
     * Somebody who will claim, and will renew that it lives.
     *
     * @return a number that nobody had before
     */
    long join(String instance, Collection<String> types);

    /**
     * Says that an owner lives.
     *
     * @return false if it was thought dead, which is for ever
     */
    boolean renew(long owner);

    /** Claims nothing more. What it still has is taken back by others at once. */
    void leave(long owner);

    /** Counts an attempt of each job it gives. */
    Taken claim(long owner, List<Lane> lanes);

    /**
     * @param again when something more may be there, as far as is known
     */
    record Taken(List<Claim> claims, Optional<Duration> again) {}

    /**
     * Ends a job and runs what it has to do, both or neither.
     *
     * @return false if the claim does not hold any more; then nothing was run
     * @throws RuntimeException as the body threw it, and then the job has not ended
     */
    boolean run(Claim claim, Runnable body);

    /** Notes how attempts ended; nothing of those whose claims do not hold any more. */
    void end(List<Ending> endings);

    /** Gives back what an owner has besides the claims with these fences. */
    void keepOnly(long owner, Collection<Long> fences);

    /**
     * Takes back what dead owners had.
     *
     * @param lostMax how often that happens to a job before it is a dead letter
     * @param wait how long such a job waits, by how often it happened
     */
    List<Rescued> rescue(int lostMax, Retry wait);

    record Rescued(String instance, int back, int dead) {}

    Instant now();

    /** Knows a recurring job from now on. One that is known keeps its next time. */
    void plan(String name, String schedule, Instant next);

    /** When recurring jobs of these names and schedules are due next. */
    Map<String, Instant> due(Map<String, String> schedules);

    /**
     * Enqueues a run of a recurring job, unless one is under way or waiting.
     *
     * @param expected when it is due, so that of several instances one does it
     * @return whether a run was enqueued
     */
    boolean tick(String name, String schedule, Instant expected, Instant next);

    /** A run is over; the next is due after the pause. In the transaction of the caller. */
    void pause(String name, Duration pause);

    /** Forgets keys whose time is over. */
    void clean();

    /** Tells the others that there is something to claim. A hint: it may be lost. */
    void hint();

    /** Calls back at every hint of somebody else, and whenever one may have been lost. */
    void listen(Runnable wake);

    @Override
    void close();
}
