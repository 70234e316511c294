package dev.concertina.starter.job;

/** What is counted, and what is seen at each look at the whole. */
interface JobMeters extends JobCounters {
    JobMeters NONE = new JobMeters() {};

    default void seen(Desk.Overview overview) {}
}
