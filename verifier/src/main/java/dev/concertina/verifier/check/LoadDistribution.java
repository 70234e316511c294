package dev.concertina.verifier.check;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.Tally;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** Every ready instance gets its share of the requests. */
public final class LoadDistribution implements Check {
    static final String NAME = "load-distribution";

    // With 100 requests each, instances drawn at random stay inside these bounds except once in
    // more than 100,000 runs; a gateway that takes turns stays far inside.
    private static final int REQUESTS_EACH = 100;
    private static final double SHARE_MIN = 0.5;
    private static final double SHARE_MAX = 1.5;
    private static final int NEW_CONNECTION_EVERY = 10;

    @Override
    public List<String> names() {
        return List.of(NAME);
    }

    @Override
    public List<CheckResult> run(Stage stage) {
        var journeys = LoadJourneys.rehearsed(stage, NAME);
        if (journeys.none()) {
            return List.of(CheckResult.unknown(NAME, journeys.nothingToAsk()));
        }
        int ready = stage.fleet().ready().size();
        var step = journeys.journeys().getFirst().getFirst();
        ask(stage, step, REQUESTS_EACH * Math.max(1, ready));
        return List.of(judge(stage, stage.history().of(NAME), ready, journeys));
    }

    private static void ask(Stage stage, Step step, int requests) {
        for (int i = 0; i < requests; i++) {
            // A gateway that balances connections must not look like one that knows one instance.
            if (i % NEW_CONNECTION_EVERY == 0) {
                stage.gateway().forget();
            }
            stage.users().next().take(step, stage.gateway(), NAME);
        }
    }

    private static CheckResult judge(
            Stage stage, List<Operation> operations, int ready, LoadJourneys journeys) {
        var counts = Tally.byInstance(operations);
        int answered = counts.values().stream().mapToInt(Integer::intValue).sum();
        var observed = new LinkedHashMap<String, Object>();
        observed.put("requests", operations.size());
        observed.put("failed", operations.stream().filter(Operation::failed).count());
        observed.put("instancesReady", ready);
        observed.put("instancesSeen", counts.size());
        observed.put("requestsByInstance", counts);
        observed.put("failuresByClass", Tally.failuresByClass(operations));
        observed.put("latencyMs", Tally.latencyMillis(operations));
        if (answered == 0) {
            return new CheckResult(
                    NAME,
                    Verdict.UNKNOWN,
                    "no answer says which instance gave it: there is no X-Instance-Id",
                    observed,
                    Facts.failures(operations, stage.gateway().origin()));
        }
        if (ready < 2) {
            return new CheckResult(
                    NAME, Verdict.UNKNOWN, "not testable with one instance", observed, List.of());
        }
        double fair = (double) answered / ready;
        double least = counts.size() < ready ? 0 : min(counts.values()) / fair;
        double most = max(counts.values()) / fair;
        observed.put("shareLeast", round(least));
        observed.put("shareMost", round(most));
        observed.put("shareLeastAllowed", SHARE_MIN);
        observed.put("shareMostAllowed", SHARE_MAX);
        observed.put("chiSquare", round(chiSquare(counts.values(), fair, ready)));
        boolean even = least >= SHARE_MIN && most <= SHARE_MAX;
        return new CheckResult(
                NAME,
                even ? Verdict.PASS : Verdict.FAIL,
                summary(answered, counts.size(), ready, least, most),
                observed,
                evidence(stage, operations, journeys));
    }

    private static List<String> evidence(
            Stage stage, List<Operation> operations, LoadJourneys journeys) {
        var origin = stage.gateway().origin();
        var step = journeys.journeys().getFirst().getFirst();
        var evidence = new ArrayList<String>();
        Tally.byInstance(operations)
                .forEach((id, n) -> evidence.add(id + " answered " + n + " requests"));
        stage.fleet().ready().stream()
                .filter(i -> !Tally.byInstance(operations).containsKey(i.id()))
                .forEach(i -> evidence.add(i.id() + " is ready and answered none under its name"));
        evidence.addAll(Facts.failures(operations, origin));
        evidence.add(
                "again: for i in $(seq 30); do curl -s -o /dev/null -D - '"
                        + origin.url(step.path())
                        + "' | grep -i '^x-instance-id'; done | sort | uniq -c");
        return evidence;
    }

    private static String summary(int answered, int seen, int ready, double least, double most) {
        return seen < ready
                ? String.format(
                        Locale.ROOT,
                        "of %d ready instances only %d answered any of %d requests",
                        ready,
                        seen,
                        answered)
                : String.format(
                        Locale.ROOT,
                        "%d requests over %d of %d instances, each between %.0f %% and %.0f %% of"
                                + " its fair share (allowed: %.0f %% to %.0f %%)",
                        answered,
                        seen,
                        ready,
                        least * 100,
                        most * 100,
                        SHARE_MIN * 100,
                        SHARE_MAX * 100);
    }

    private static double chiSquare(Collection<Integer> counts, double fair, int ready) {
        double seen = counts.stream().mapToDouble(n -> (n - fair) * (n - fair) / fair).sum();
        return seen + Math.max(0, ready - counts.size()) * fair;
    }

    private static int min(Collection<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    private static int max(Collection<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
