package dev.concertina.starter.job;

import java.util.List;
import java.util.Optional;

/**
 * What to claim of one queue.
 *
 * @param room how many at most
 * @param types that this instance does, in the order in which to look
 */
record Lane(String queue, int room, Optional<Pace> pace, List<String> types) {}
