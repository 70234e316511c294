package dev.concertina.starter.job;

import dev.concertina.starter.request.Tenant;
import java.time.Instant;
import java.util.Optional;

/**
 * A job this instance has for one attempt.
 *
 * @param lane place in the list that was asked for
 * @param request id of the request that enqueued it
 * @param attempt 1 for the first
 */
record Claim(
        long id,
        int lane,
        String type,
        String payload,
        Optional<Tenant> tenant,
        Optional<String> request,
        Instant dueAt,
        Instant enqueuedAt,
        int attempt,
        long fence) {}
