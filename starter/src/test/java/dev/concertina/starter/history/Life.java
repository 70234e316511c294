package dev.concertina.starter.history;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One session from its beginning to its end, under all its ids. */
final class Life {
    /**
     * A name it had.
     *
     * @param given when its client had it
     * @param loggedIn whether it was given at a login or after one
     */
    record Name(long given, boolean loggedIn) {}

    private final Op.Begin begin;
    private final Map<String, Name> names = new HashMap<>();
    private final Map<String, Long> leftFrom = new HashMap<>();
    private final Map<String, Long> leftUntil = new HashMap<>();
    private long endFrom = Op.NEVER;
    private long endUntil = Op.NEVER;

    Life(Op.Begin begin) {
        this.begin = begin;
        names.put(begin.id(), new Name(begin.returned(), false));
    }

    int number() {
        return begin.life();
    }

    long began() {
        return begin.invoked();
    }

    /** Moves are told in the order in which they were answered. */
    void moved(Op.Move move) {
        leftFrom.merge(move.id(), move.invoked(), Math::min);
        if (!move.to().isEmpty()) {
            leftUntil.merge(move.id(), move.returned(), Math::min);
            boolean before = loggedIn(move.id());
            names.put(move.to(), new Name(move.returned(), move.login() || before));
        }
    }

    void ended(Op.End end) {
        endFrom = Math.min(endFrom, end.invoked());
        endUntil = Math.min(endUntil, end.returned());
    }

    private Name name(String id) {
        return Optional.ofNullable(names.get(id))
                .orElseThrow(() -> new IllegalArgumentException("no id of this session: " + id));
    }

    boolean loggedIn(String id) {
        return name(id).loggedIn();
    }

    /** It had ended for everybody when this was sent. */
    boolean overBefore(Op op) {
        return endUntil < op.invoked();
    }

    /** The id had been given up for another when this was sent. */
    boolean leftBefore(Op op) {
        return leftUntil.getOrDefault(op.id(), Op.NEVER) < op.invoked();
    }

    /** It was there under this id as long as this took, and nobody was about to change that. */
    boolean certain(Op op) {
        return name(op.id()).given() < op.invoked()
                && op.returned() < endFrom
                && op.returned() < leftFrom.getOrDefault(op.id(), Op.NEVER);
    }

    /** Nobody had asked for its end when this was answered. */
    boolean livedThrough(Op op) {
        return op.returned() < endFrom;
    }

    boolean isOver() {
        return endUntil < Op.NEVER;
    }
}
