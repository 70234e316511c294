package dev.concertina.verifier.verdict;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.concertina.verifier.history.History;
import java.time.Instant;
import java.util.List;

/**
 * The conclusion of one run.
 *
 * @param seed every random choice of the run came from it
 * @param application name and size of what was verified, for titles
 * @param history what the numbers were counted from; not part of the JSON, kept beside it
 */
public record Report(
        Verdict verdict,
        long seed,
        Instant startedAt,
        List<CheckResult> checks,
        @JsonIgnore String application,
        @JsonIgnore History history) {

    public Report {
        checks = List.copyOf(checks);
    }

    /** The verdict of the whole is the worst of its parts. */
    public static Report of(
            long seed,
            Instant startedAt,
            List<CheckResult> checks,
            String application,
            History history) {
        var verdict = Verdict.worst(checks.stream().map(CheckResult::verdict).toList());
        return new Report(verdict, seed, startedAt, checks, application, history);
    }
}
