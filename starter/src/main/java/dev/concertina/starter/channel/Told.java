package dev.concertina.starter.channel;

/** What a subscriber is told. */
sealed interface Told {
    /**
     * It begins here.
     *
     * @param resumed whether the subscriber named the place
     */
    record Opened(Position at, boolean resumed) implements Told {}

    /** The next publication, without a gap since the last. */
    record Message(Publication publication) implements Told {}

    /** Something may have been missed: from here it goes on. */
    record Reset(Position at) implements Told {}
}
