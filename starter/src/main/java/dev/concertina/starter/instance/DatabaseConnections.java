package dev.concertina.starter.instance;

/**
 * Connections to the application's database that a feature keeps beside the application's pool. A
 * bean of this type is counted where the pool is sized, so it must not need the database itself.
 *
 * @param whose for messages, such as {@code sessions}
 * @param most how many at one time
 */
public record DatabaseConnections(String whose, int most) {}
