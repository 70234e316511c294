package dev.concertina.starter.cache;

import java.util.Optional;

/**
 * What is not true any more since this point of the list.
 *
 * @param key empty: every entry of the cache
 */
record Invalidation(long sequence, String cache, Optional<String> key) {}
