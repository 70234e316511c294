package dev.concertina.starter.job;

/**
 * What became of asking for a job.
 *
 * @param id of the job; of the earlier one if the key was known
 * @param added false if the key was known, and nothing was added
 */
public record Enqueued(long id, boolean added) {}
