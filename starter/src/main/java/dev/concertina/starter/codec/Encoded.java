package dev.concertina.starter.codec;

/**
 * A value at rest, before it is sealed.
 *
 * @param type logical name, stable over releases
 * @param schema grows when the form of the bytes changes; 0..65535
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; copied nowhere
public record Encoded(String type, int schema, byte[] bytes) {}
