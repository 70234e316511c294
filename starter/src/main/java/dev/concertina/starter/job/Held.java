package dev.concertina.starter.job;

/**
 * A claim as long as this instance has to do with it.
 *
 * @param sinceNanos when it came
 */
record Held(Claim claim, Handler handler, int lane, long owner, long sinceNanos) {}
