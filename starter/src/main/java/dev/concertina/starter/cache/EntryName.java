package dev.concertina.starter.cache;

/**
 * Where an entry is: the name of its cache, and its key as text.
 *
 * @param key never longer than a few hundred characters
 */
record EntryName(String cache, String key) {}
