package dev.concertina.starter.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts what is heard and what is read from the history into one sequence without a gap, or says
 * that there is one. It decides and does nothing: whoever calls reads the history when a method
 * says so, and tells the outcome. While the history is read, what is heard waits. Not safe for use
 * by many threads.
 */
class Sequence {
    /** Makes one. */
    interface Maker {
        Sequence make(Optional<Position> at, Consumer<Told> out);
    }

    /** What waits is kept in memory, and is in the history anyway. */
    private static final int WAITING_MAX = 4096;

    private final Consumer<Told> out;
    private final List<Publication> waiting = new ArrayList<>();
    private Optional<Position> at;
    private boolean behind = true;
    private boolean deaf;

    /** What waits is not all there was: what was read is followed by another reading. */
    private boolean cut;

    /**
     * @param at where it goes on; empty if it begins wherever the history ends
     */
    Sequence(Optional<Position> at, Consumer<Told> out) {
        this.at = at;
        this.out = out;
    }

    Optional<Position> at() {
        return at;
    }

    /** Whether the history is to be read. */
    boolean isBehind() {
        return behind;
    }

    /** Everything up to a position is known. */
    void startAt(Position position) {
        at = Optional.of(position);
        behind = false;
        waiting.clear();
    }

    /**
     * @return whether the history has to be read from {@link #at} on
     */
    boolean heard(Publication publication) {
        if (behind) {
            if (waiting.size() == WAITING_MAX) {
                waiting.clear();
                cut = true;
            }
            waiting.add(publication);
            return false;
        }
        if (follows(publication)) {
            tell(publication);
            return false;
        }
        behind = true;
        return true;
    }

    /** Nothing is heard for now, so that reading would not help. */
    void deaf() {
        behind = true;
        deaf = true;
        waiting.clear();
    }

    /**
     * Something may have been missed.
     *
     * @return whether the history has to be read from {@link #at} on
     */
    boolean doubt() {
        boolean begins = deaf || !behind;
        // What is being read may be older than what was missed.
        cut |= !begins;
        deaf = false;
        behind = true;
        return begins;
    }

    /**
     * The history was read.
     *
     * @return whether it has to be read again
     */
    boolean caughtUp(Recovered recovered) {
        if (deaf) {
            return false;
        }
        switch (recovered) {
            case Recovered.Known known -> {
                known.publications().forEach(this::tell);
                if (known.more()) {
                    return true;
                }
            }
            case Recovered.Lost lost -> {
                boolean first = at.isEmpty();
                resetTo(lost.now());
                if (!first) {
                    // What waits may be of the end that was lost, and told already: only the
                    // history says what follows.
                    waiting.clear();
                    cut = false;
                    return true;
                }
            }
        }
        return merge();
    }

    /** Whoever is listened to has lost its own place. */
    void resetTo(Position now) {
        // The first place is no gap.
        if (at.isPresent()) {
            out.accept(new Told.Reset(now));
        }
        at = Optional.of(now);
    }

    // What waited came after the reading began, or is in what was read.
    private boolean merge() {
        var heard = List.copyOf(waiting);
        waiting.clear();
        if (cut) {
            cut = false;
            return true;
        }
        for (var publication : heard) {
            if (isCovered(publication)) {
                continue;
            }
            if (!follows(publication)) {
                return true;
            }
            tell(publication);
        }
        behind = false;
        return false;
    }

    private boolean isCovered(Publication publication) {
        return at.filter(last ->
                        last.epoch().equals(publication.position().epoch())
                                && publication.position().offset() <= last.offset())
                .isPresent();
    }

    boolean follows(Publication publication) {
        return at.filter(publication::follows).isPresent();
    }

    private void tell(Publication publication) {
        at = Optional.of(publication.position());
        if (!publication.isOrigin()) {
            out.accept(new Told.Message(publication));
        }
    }
}
