package dev.concertina.starter.channel;

import java.util.Optional;

/** One client's place in one channel. Everything in it happens under the feed's lock. */
final class Subscription {
    private final Feed feed;
    private final Teller teller;
    private final Counters counters;
    private final Sequence sequence;
    private final Catching catching;

    Subscription(
            Feed feed,
            Teller teller,
            Counters counters,
            Catching.Maker catching,
            Sequence.Maker sequences,
            Optional<Position> since) {
        this.feed = feed;
        this.teller = teller;
        this.counters = counters;
        this.sequence = sequences.make(since, told -> teller.offer(feed.room(), told));
        this.catching = catching.make(sequence, teller::awaitRoom, () -> {});
    }

    /**
     * @param now where the feed is
     */
    void begin(Position now) {
        var since = sequence.at();
        teller.offer(feed.room(), new Told.Opened(since.orElse(now), since.isPresent()));
        if (since.isPresent()) {
            counters.resumed.increment();
        }
        if (since.isEmpty() || since.get().equals(now)) {
            sequence.startAt(now);
        } else {
            catching.begin();
        }
    }

    /**
     * @param at the feed's place until now
     */
    void told(Told told, Optional<Position> at) {
        switch (told) {
            case Told.Message(Publication publication) -> {
                if (sequence.heard(publication)) {
                    catching.begin();
                }
            }
            case Told.Reset(Position now) -> {
                if (!sequence.isBehind() && sequence.at().equals(at)) {
                    sequence.resetTo(now);
                    sequence.startAt(now);
                } else if (sequence.doubt()) {
                    // It has a place of its own, and may have been reset already.
                    catching.begin();
                }
            }
            case Told.Opened opened -> {}
        }
    }

    /**
     * It has read what the feed has not heard, or what was lost meanwhile.
     *
     * @param head where the history ends, and the feed is
     */
    void compare(Position head) {
        if (!sequence.isBehind() && !sequence.at().equals(Optional.of(head)) && sequence.doubt()) {
            catching.begin();
        }
    }

    void stop() {
        catching.stop();
    }

    /** Takes it out of the channel. */
    void leave() {
        feed.leave(this);
    }
}
