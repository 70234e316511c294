package dev.concertina.starter.channel;

/** Takes what a subscriber is told. */
interface Teller {
    /** Without waiting. */
    void offer(Room room, Told told);

    /** Waits until a page of the history fits, or nothing is taken any more. */
    void awaitRoom();
}
