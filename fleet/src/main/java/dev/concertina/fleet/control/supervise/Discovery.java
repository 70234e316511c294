package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Answer;
import java.util.List;
import java.util.Optional;

/**
 * Finds the health path of a program that names none, by asking the usual ones in turn: the first
 * that answers 2xx is it. A path that answers 5xx exists and is not ready yet, so it is asked
 * again. A program with none of them is ready when its root answers anything below 500.
 */
final class Discovery {
    static final List<String> CANDIDATES =
            List.of(
                    "/health/ready",
                    "/actuator/health/readiness",
                    "/q/health/ready",
                    "/health",
                    "/actuator/health",
                    "/up",
                    "/");

    private static final int LAST = CANDIDATES.size() - 1;

    private Discovery() {}

    static String path(int candidate) {
        return CANDIDATES.get(candidate);
    }

    /** The check, if this answer reveals it. */
    static Optional<ReadyCheck> reveal(int candidate, Answer answer) {
        var check = new ReadyCheck(path(candidate), candidate == LAST && !answer.passed());
        return check.passes(answer) ? Optional.of(check) : Optional.empty();
    }

    /** Which to ask next after an answer that revealed nothing. */
    static int next(int candidate, Answer answer) {
        boolean exists = !answer.heard() || answer.status() >= 500;
        return exists || candidate == LAST ? candidate : candidate + 1;
    }
}
