package dev.concertina.fleet.control.rollout;

/**
 * What the judge thinks of a release.
 *
 * @param words with the numbers it rests on
 */
public record Opinion(Kind kind, String words) {
    public enum Kind {
        PROMOTE,
        ROLL_BACK,
        /** Neither is known: there was not enough traffic yet. */
        NOT_YET
    }
}
