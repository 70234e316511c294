package dev.concertina.fleet.console;

import java.time.Instant;
import java.util.Optional;

/**
 * A release that is kept.
 *
 * @param made when it was deployed first
 * @param source the jar it was copied from; empty for a command
 * @param bytes of the copy
 * @param sha256 of the copy, in hexadecimal; empty for a command
 * @param state {@code serving}, {@code on its way}, {@code served} or {@code never served}
 */
public record ReleaseStatus(
        String name,
        Instant made,
        Optional<String> source,
        long bytes,
        Optional<String> sha256,
        String state) {}
