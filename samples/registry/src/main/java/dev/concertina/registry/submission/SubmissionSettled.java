package dev.concertina.registry.submission;

import java.util.Optional;

/** A submission got its stamp, or turned out to be unreadable. */
public record SubmissionSettled(
        Optional<String> tenant, long account, String receipt, String title, String state) {}
