package dev.concertina.fleet.host;

import java.util.Optional;

/**
 * Something that happened to a process beside the instances: the gateway or an embedded service.
 *
 * @param kind stable word for programs, such as {@code service.ended}
 * @param subject {@code gateway}, {@code redis} or {@code postgres}
 * @param text the sentence for people
 * @param detail the last lines of its log
 */
public record Notice(String kind, String subject, String text, Optional<String> detail) {}
