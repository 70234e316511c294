package dev.concertina.starter.channel;

import java.util.List;

/** What a channel's history says about a position. */
sealed interface Recovered {
    /**
     * All that came after it, as far as one answer goes.
     *
     * @param more whether there may be more after the last
     */
    record Known(List<Publication> publications, boolean more) implements Recovered {}

    /**
     * Nobody knows what came after it: the history was cut, or is another one.
     *
     * @param now where the history ends
     */
    record Lost(Position now) implements Recovered {}
}
