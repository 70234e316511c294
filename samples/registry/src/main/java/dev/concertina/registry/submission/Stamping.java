package dev.concertina.registry.submission;

/** The job of stamping a submission. Its class says which handler does it. */
record Stamping(long submission) {}
