package dev.concertina.verifier.verdict;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What one check concluded.
 *
 * @param name stable kebab-case word, such as {@code session-persistence}
 * @param summary one sentence for people
 * @param observed numbers counted from the history, and the thresholds they were held against
 * @param evidence concrete facts: which request, which instance, and curl commands that replay it
 */
public record CheckResult(
        String name,
        Verdict verdict,
        String summary,
        SequencedMap<String, Object> observed,
        List<String> evidence) {

    public CheckResult {
        observed = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(observed));
        evidence = List.copyOf(evidence);
    }

    public static CheckResult unknown(String name, String summary) {
        return new CheckResult(name, Verdict.UNKNOWN, summary, new LinkedHashMap<>(), List.of());
    }
}
