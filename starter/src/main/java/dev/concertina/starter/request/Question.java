package dev.concertina.starter.request;

import java.util.List;

/**
 * What one participant asks of Redis at the beginning of one request.
 *
 * @param keys every key its script touches
 * @param arguments in the order its script reads them
 */
public record Question(List<byte[]> keys, List<byte[]> arguments) {}
