package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A deploy is not noticed by anybody: no request fails, and no session that was acknowledged before
 * it is gone after it.
 */
public final class RollingDeploy implements Check {
    static final String NAME = "rolling-deploy";

    @Override
    public List<String> names() {
        return List.of(NAME, SessionOverDeploy.NAME);
    }

    @Override
    public List<CheckResult> run(Stage stage) throws InterruptedException {
        var journeys = LoadJourneys.rehearsed(stage, NAME);
        if (journeys.none()) {
            return names().stream()
                    .map(name -> CheckResult.unknown(name, journeys.nothingToAsk()))
                    .toList();
        }
        var session = SessionOverDeploy.begin(stage);
        var old = stage.fleet().pids();
        var part = stage.manifest().verify().load().duration().dividedBy(3);
        try (var load = stage.load(NAME, journeys).start()) {
            stage.clock().pause(part);
            long began = stage.clock().nanos();
            var outcome = stage.fleet().deploy();
            boolean whole = outcome.done() && stage.fleet().awaitWholeWithout(old);
            long took = stage.clock().nanos() - began;
            stage.record(NAME, "deploy", began);
            stage.clock().pause(part);
            var offered = load.stop();
            // Only now: what was under way when the load stopped belongs to what it saw.
            var judged = new LoadJudgement(stage.history().of(NAME), offered);
            return List.of(
                    judge(stage, judged, outcome, whole, old, took),
                    session.end(stage, whole, outcome.text()));
        }
    }

    private static CheckResult judge(
            Stage stage,
            LoadJudgement judged,
            FleetCommands.Outcome outcome,
            boolean whole,
            Set<Long> old,
            long took) {
        var observed = judged.observed(stage.manifest().verify().load().requestsPerSecond());
        observed.put("instancesReplaced", whole ? old.size() : 0);
        observed.put("deployMs", took / 1_000_000);
        var evidence = new ArrayList<String>();
        judged.operations().stream()
                .filter(Operation::failed)
                .map(DrainStep::missedIn)
                .distinct()
                .forEach(step -> evidence.add("missing step: " + step));
        evidence.addAll(Facts.failures(judged.operations(), stage.gateway().origin()));
        int requests = judged.operations().size();
        if (judged.failedForSure()) {
            var text =
                    judged.failed()
                            + " of "
                            + requests
                            + " requests failed during the deploy: "
                            + String.join(
                                    "; ",
                                    evidence.stream()
                                            .filter(e -> e.startsWith("missing step: "))
                                            .map(e -> e.substring("missing step: ".length()))
                                            .toList());
            return old.size() < 2
                    ? new CheckResult(
                            NAME,
                            Verdict.UNKNOWN,
                            "not held against one instance: " + text,
                            observed,
                            evidence)
                    : new CheckResult(NAME, Verdict.FAIL, text, observed, evidence);
        }
        if (!whole) {
            evidence.add("deploy: " + outcome.text());
            var text = "the deploy did not replace every instance: " + outcome.text();
            return new CheckResult(NAME, Verdict.UNKNOWN, text, observed, evidence);
        }
        if (judged.observedNothing() || !judged.offered().kept()) {
            return new CheckResult(NAME, Verdict.UNKNOWN, judged.notKept(), observed, evidence);
        }
        var text =
                String.format(
                        Locale.ROOT,
                        "%d requests, 0 failed, while %d instances were replaced in %.1f s",
                        requests,
                        old.size(),
                        took / 1e9);
        return new CheckResult(NAME, Verdict.PASS, text, observed, evidence);
    }
}
