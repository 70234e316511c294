package dev.concertina.registry.submission;

import dev.concertina.starter.request.Tenant;
import java.util.Optional;

/** A submission got its stamp, or turned out to be unreadable. */
public record SubmissionSettled(
        Optional<Tenant> tenant, long account, String receipt, String title, String state) {}
