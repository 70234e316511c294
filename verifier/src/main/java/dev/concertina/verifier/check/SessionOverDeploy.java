package dev.concertina.verifier.check;

import dev.concertina.verifier.check.SessionTrial.Established;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.Tally;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What was acknowledged before a deploy is there after it, when nobody who saw it runs any more.
 */
final class SessionOverDeploy {
    static final String NAME = "session-over-deploy";

    private final Optional<SessionTrial> trial;
    private final Optional<Established> session;
    private final String obstacle;
    private final int instances;

    private SessionOverDeploy(
            Optional<SessionTrial> trial,
            Optional<Established> session,
            String obstacle,
            int instances) {
        this.trial = trial;
        this.session = session;
        this.obstacle = obstacle;
        this.instances = instances;
    }

    /** Before the deploy: establishes a session and sees that it is there. */
    static SessionOverDeploy begin(Stage stage) throws InterruptedException {
        var ready = stage.fleet().ready();
        var trial = SessionTrial.of(stage, NAME);
        if (trial.isEmpty() || ready.isEmpty()) {
            return impossible("the manifest has no journey of kind session with a step to repeat");
        }
        var failed = trial.get().baseline(ready.get(stage.random().nextInt(ready.size())));
        if (failed.isPresent()) {
            return impossible("the journey itself fails: " + failed.get().detail());
        }
        var names = trial.get().named().keySet();
        var session = trial.get().establish(stage.gateway());
        if (session.failed().isPresent() || !knownTo(trial.get(), session, names.size())) {
            return impossible(
                    "no session is known to every instance even before the deploy; see "
                            + SessionPersistence.NAME);
        }
        return new SessionOverDeploy(trial, Optional.of(session), "", names.size());
    }

    private static boolean knownTo(SessionTrial trial, Established session, int instances)
            throws InterruptedException {
        var round = trial.ask(session, trial.named().keySet());
        return round.loss().isEmpty() && (instances == 1 || !round.answered().isEmpty());
    }

    private static SessionOverDeploy impossible(String why) {
        return new SessionOverDeploy(Optional.empty(), Optional.empty(), "not testable: " + why, 0);
    }

    /** After the deploy: asks every new instance. */
    CheckResult end(Stage stage, boolean replaced, String deploy) throws InterruptedException {
        if (trial.isEmpty() || session.isEmpty()) {
            return CheckResult.unknown(NAME, obstacle);
        }
        if (!replaced) {
            return result(stage, Verdict.UNKNOWN, "the deploy did not end: " + deploy, List.of());
        }
        var names = trial.get().named().keySet();
        var round = trial.get().ask(session.get(), names);
        var evidence = new ArrayList<String>();
        evidence.add("before the deploy: created on " + session.get().createdOn());
        evidence.add("after the deploy: known to " + String.join(", ", round.answered()));
        if (round.loss().isPresent()) {
            var told = round.loss().get().describe();
            evidence.add("after the deploy: " + told);
            return instances < 2
                    ? result(
                            stage,
                            Verdict.UNKNOWN,
                            "not held against one instance, but lost in a deploy: " + told,
                            evidence)
                    : result(stage, Verdict.FAIL, told + " (after a deploy)", evidence);
        }
        return round.answered().containsAll(names)
                ? result(
                        stage,
                        Verdict.PASS,
                        "created on "
                                + session.get().createdOn()
                                + " before the deploy, known to all "
                                + names.size()
                                + " instances after it",
                        evidence)
                : result(
                        stage,
                        Verdict.UNKNOWN,
                        "after the deploy only " + round.answered() + " answered",
                        evidence);
    }

    private static CheckResult result(
            Stage stage, Verdict verdict, String summary, List<String> evidence) {
        var operations = stage.history().of(NAME);
        var observed = new LinkedHashMap<String, Object>();
        observed.put("requests", operations.size());
        observed.put("failed", operations.stream().filter(Operation::failed).count());
        observed.put("failuresByClass", Tally.failuresByClass(operations));
        observed.put("requestsByInstance", Tally.byInstance(operations));
        return new CheckResult(NAME, verdict, summary, observed, evidence);
    }
}
