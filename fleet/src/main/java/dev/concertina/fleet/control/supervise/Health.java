package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the probes of one instance have said lately.
 *
 * @param passes in a row
 * @param fails in a row
 * @param asked a probe is under way; the next one waits for its answer
 * @param due when to ask next
 * @param candidate which of the usual paths to ask while the right one is not known
 * @param silentSince since when no answer at all has come
 * @param last the latest answer, for people
 */
public record Health(
        int passes,
        int fails,
        boolean asked,
        Instant due,
        int candidate,
        Optional<Instant> silentSince,
        String last) {

    static Health unknown() {
        return new Health(0, 0, false, Instant.EPOCH, 0, Optional.empty(), "not asked yet");
    }

    /** One probe at a time, at its time. */
    boolean due(Instant now) {
        return !asked && !now.isBefore(due);
    }

    Health asking() {
        return new Health(passes, fails, true, due, candidate, silentSince, last);
    }

    Health answered(boolean passed, Answer answer, Instant now, Duration pause) {
        return new Health(
                passed ? passes + 1 : 0,
                passed ? 0 : fails + 1,
                false,
                now.plus(pause),
                candidate,
                answer.heard() ? Optional.empty() : Optional.of(silentSince.orElse(now)),
                answer.text());
    }

    /** The answer says nothing: ask again. */
    Health later(Answer answer, Instant now, Duration pause) {
        return new Health(
                passes, fails, false, now.plus(pause), candidate, silentSince, answer.text());
    }

    /** The path asked is not the one: ask the given candidate at once. */
    Health elsewhere(int next, Answer answer, Instant now) {
        return new Health(0, 0, false, now, next, Optional.empty(), answer.text());
    }
}
