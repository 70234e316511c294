package dev.concertina.verifier.check;

import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** An instance that dies without warning is not noticed by anybody who asks. */
public final class Failover implements Check {
    static final String NAME = "failover";

    @Override
    public List<String> names() {
        return List.of(NAME);
    }

    @Override
    public List<CheckResult> run(Stage stage) throws InterruptedException {
        var ready = stage.fleet().ready();
        if (ready.size() < 2) {
            return List.of(
                    CheckResult.unknown(
                            NAME,
                            "not testable with one instance: nobody else could answer meanwhile"));
        }
        var journeys = LoadJourneys.rehearsed(stage, NAME);
        if (journeys.none()) {
            return List.of(CheckResult.unknown(NAME, journeys.nothingToAsk()));
        }
        var victim = ready.get(stage.random().nextInt(ready.size()));
        var part = stage.manifest().verify().load().duration().dividedBy(3);
        try (var load = stage.load(NAME, journeys).start()) {
            stage.clock().pause(part);
            stage.tell("kill -9 of " + victim.id() + " (pid " + victim.pid() + ")");
            long killed = stage.clock().nanos();
            boolean hit = stage.faults().kill(victim);
            boolean whole = hit && stage.fleet().awaitWholeWithout(Set.of(victim.pid()));
            long recovery = stage.clock().nanos() - killed;
            stage.record(NAME, "kill -9 " + victim.id(), killed);
            stage.clock().awaitUntil(killed + part.toNanos());
            stage.clock().pause(part);
            var offered = load.stop();
            // Only now: what was under way when the load stopped belongs to what it saw.
            var judged = new LoadJudgement(stage.history().of(NAME), offered);
            if (!hit) {
                return List.of(
                        CheckResult.unknown(
                                NAME, victim.id() + " was gone before it could be killed"));
            }
            return List.of(judge(stage, judged, victim.id(), whole, Duration.ofNanos(recovery)));
        }
    }

    private static CheckResult judge(
            Stage stage, LoadJudgement judged, String victim, boolean whole, Duration recovery) {
        var observed = judged.observed(stage.manifest().verify().load().requestsPerSecond());
        observed.put("recoveryMs", recovery.toMillis());
        observed.put("recoveryMsAllowed", stage.limits().settle().toMillis());
        var evidence = new ArrayList<String>();
        evidence.add("kill -9 of " + victim);
        evidence.addAll(Facts.failures(judged.operations(), stage.gateway().origin()));
        long failed = judged.unexcused();
        var seconds = String.format(Locale.ROOT, "%.1f s", recovery.toMillis() / 1000.0);
        if (judged.unexcusedForSure()) {
            var text =
                    String.format(
                            Locale.ROOT,
                            "%d of %d requests failed around the kill of %s",
                            failed,
                            judged.operations().size(),
                            victim);
            return new CheckResult(NAME, Verdict.FAIL, text, observed, evidence);
        }
        if (!whole) {
            var text = "the fleet was not whole again " + seconds + " after the kill of " + victim;
            return new CheckResult(NAME, Verdict.FAIL, text, observed, evidence);
        }
        if (failed > 0 || judged.observedNothing() || !judged.offered().kept()) {
            return new CheckResult(NAME, Verdict.UNKNOWN, judged.notKept(), observed, evidence);
        }
        var rest = judged.failed();
        var text =
                String.format(
                        Locale.ROOT,
                        "%d requests, %d failed%s; whole again after %s",
                        judged.operations().size(),
                        rest,
                        rest == 0 ? "" : ", all of them in flight and not to be repeated",
                        seconds);
        return new CheckResult(NAME, Verdict.PASS, text, observed, evidence);
    }
}
