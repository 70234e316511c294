package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Answer;

/**
 * How a release is asked whether it is ready.
 *
 * @param lenient any response below 500 passes: the program has no health path, only a root
 */
public record ReadyCheck(String path, boolean lenient) {
    boolean passes(Answer answer) {
        return answer.passed() || (lenient && answer.heard() && answer.status() < 500);
    }
}
