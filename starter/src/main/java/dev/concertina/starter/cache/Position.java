package dev.concertina.starter.cache;

/**
 * A place in the list of what became invalid.
 *
 * @param sequence counts up by one with each entry; 0 is before the first
 * @param mark random, of that entry; tells the list from another that has one as long
 */
record Position(long sequence, String mark) {
    /** Nothing is known yet. */
    static final Position UNKNOWN = new Position(0, "");
}
