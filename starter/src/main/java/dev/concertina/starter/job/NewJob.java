package dev.concertina.starter.job;

import dev.concertina.starter.request.Tenant;
import java.util.Optional;

/**
 * A job as a store takes it.
 *
 * @param request id of the request that wants it
 */
record NewJob(
        String type,
        String payload,
        Job.Due due,
        Optional<String> key,
        Optional<Tenant> tenant,
        Optional<String> request) {}
