package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.verifier.check.SessionTrial.Established;
import dev.concertina.verifier.check.SessionTrial.Round;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.Tally;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Verdict;
import dev.concertina.verifier.workload.Visit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A session that one instance created is known to every other, and outlives its creator. Begins
 * with the journey on one instance and no fault: what fails there says nothing about scaling.
 */
public final class SessionPersistence implements Check {
    static final String NAME = "session-persistence";
    private static final int ATTEMPTS = 3;

    @Override
    public List<String> names() {
        return List.of(NAME);
    }

    @Override
    public List<CheckResult> run(Stage stage) throws InterruptedException {
        var trial = SessionTrial.of(stage, NAME);
        if (trial.isEmpty()) {
            return List.of(
                    CheckResult.unknown(
                            NAME,
                            "not testable: the manifest has no journey of kind session with a step"
                                    + " to repeat. Add one under verify.journeys"));
        }
        return List.of(new Course(stage, trial.get()).run());
    }

    /** One run of the check, with what it has gathered so far. */
    private static final class Course {
        private final Stage stage;
        private final SessionTrial trial;
        private final List<String> evidence = new ArrayList<>();
        private final Set<String> answered = new LinkedHashSet<>();
        private Map<String, InstanceStatus> instances = Map.of();
        private String lostOn = "";
        private Optional<String> replay = Optional.empty();

        Course(Stage stage, SessionTrial trial) {
            this.stage = stage;
            this.trial = trial;
        }

        CheckResult run() throws InterruptedException {
            var ready = stage.fleet().ready();
            if (ready.isEmpty()) {
                return unknown("no instance is ready");
            }
            var alone = ready.get(stage.random().nextInt(ready.size()));
            var failed = trial.baseline(alone);
            if (failed.isPresent()) {
                evidence.add("on " + alone.id() + " alone, no fault: " + told(failed.get()));
                return unknown(
                        "not testable: the journey itself fails on one instance without any fault: "
                                + told(failed.get()));
            }
            evidence.add("on " + alone.id() + " alone, no fault: the whole journey passes");
            instances = trial.named();
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                var session = trial.establish(stage.gateway());
                if (session.failed().isEmpty()) {
                    return everywhere(session);
                }
                var visit = session.failed().get();
                if (!SessionTrial.silent(visit) && !session.createdOn().isEmpty()) {
                    return lost(Loss.of(session.createdOn(), visit), "while it was established");
                }
                evidence.add("through the gateway: " + told(visit));
            }
            return unknown(
                    "not testable: through the gateway the journey fails before there is a session,"
                            + " on one instance directly it passes");
        }

        private CheckResult everywhere(Established session) throws InterruptedException {
            var round = ask(session, instances.keySet());
            if (round.loss().isPresent()) {
                return lost(round.loss().get(), "without any fault");
            }
            for (var name : instances.keySet()) {
                if (!answered.contains(name)) {
                    var visit = trial.askDirectly(session.user(), named(name));
                    evidence.add(
                            "the gateway never let "
                                    + name
                                    + " answer for this session; asked on its own port it "
                                    + (visit.ok() ? "knows it" : "does not: " + told(visit)));
                    if (!visit.ok() && !SessionTrial.silent(visit)) {
                        replay =
                                Optional.ofNullable(instances.get(session.createdOn()))
                                        .map(creator -> trial.replay(creator, named(name)));
                        return lost(
                                Loss.of(session.createdOn(), visit),
                                "works only with affinity: the gateway keeps it on "
                                        + String.join(", ", answered));
                    }
                    answered.add(name);
                }
            }
            evidence.add("known to " + String.join(", ", answered));
            if (instances.size() < 2) {
                return result(
                        Verdict.PASS,
                        "one instance, and it keeps the session; nobody else to take it to");
            }
            var creator = instances.get(session.createdOn());
            return creator == null
                    ? unknown("no ready instance calls itself '" + session.createdOn() + "'")
                    : withoutCreator(session, creator);
        }

        private CheckResult withoutCreator(Established session, InstanceStatus creator)
                throws InterruptedException {
            var survivors = new LinkedHashSet<>(instances.keySet());
            survivors.remove(session.createdOn());
            long from = stage.clock().nanos();
            stage.tell(
                    "kill -9 of "
                            + creator.id()
                            + ", which created the session (pid "
                            + creator.pid()
                            + ")");
            if (!stage.faults().kill(creator)) {
                return unknown(creator.id() + " was gone before it could be killed");
            }
            evidence.add("kill -9 of " + session.createdOn() + ", which had created the session");
            var round = ask(session, survivors);
            boolean whole =
                    round.loss().isPresent()
                            ? stage.fleet().settled()
                            : stage.fleet().awaitWholeWithout(Set.of(creator.pid()));
            stage.record(NAME, "kill -9 " + creator.id(), from);
            if (round.loss().isPresent()) {
                return lost(round.loss().get(), "after kill -9 of its creator");
            }
            if (!whole) {
                return unknown(
                        "the session survived on "
                                + String.join(", ", round.answered())
                                + ", but the killed instance was not replaced in time");
            }
            instances = trial.named();
            var last = ask(session, instances.keySet());
            if (last.loss().isPresent()) {
                return lost(last.loss().get(), "after its creator was replaced");
            }
            evidence.add("after the kill known to " + String.join(", ", last.answered()));
            return last.answered().containsAll(instances.keySet())
                    ? result(Verdict.PASS, kept(session))
                    : unknown("after the kill only " + last.answered() + " answered");
        }

        private Round ask(Established session, Set<String> wanted) throws InterruptedException {
            var round = trial.ask(session, wanted);
            answered.addAll(round.answered());
            return round;
        }

        private String kept(Established session) {
            return "created on "
                    + session.createdOn()
                    + ", known to "
                    + answered.size()
                    + " instances, in parallel requests, through kill -9 of its creator and on its"
                    + " replacement";
        }

        private CheckResult lost(Loss loss, String when) {
            lostOn = Loss.named(loss.lostOn());
            evidence.add(when + ": " + loss.describe());
            if (instances.size() < 2) {
                return unknown("not testable with one instance: " + loss.describe());
            }
            evidence.addAll(matrix());
            evidence.add(replay.orElseGet(trial::replay));
            return result(Verdict.FAIL, loss.describe() + " (" + when + ")");
        }

        /** A session made on one instance directly, then asked of each other and of it again. */
        private List<String> matrix() {
            var lines = new ArrayList<String>();
            var ready = new ArrayList<>(trial.named().values());
            if (ready.size() < 2) {
                return List.of();
            }
            var creator = ready.removeFirst();
            ready.addLast(creator);
            try (var client = stage.direct(creator)) {
                var session = trial.establish(client);
                if (session.failed().isPresent()) {
                    return List.of();
                }
                for (var instance : ready) {
                    var visit = trial.askDirectly(session.user(), instance);
                    lines.add(
                            "a session created on "
                                    + creator.id()
                                    + " alone, asked of "
                                    + instance.id()
                                    + " on its own port: "
                                    + (visit.ok() ? "known" : told(visit)));
                }
            }
            return lines;
        }

        private InstanceStatus named(String name) {
            return instances.entrySet().stream()
                    .filter(e -> e.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow();
        }

        private CheckResult unknown(String summary) {
            return result(Verdict.UNKNOWN, summary);
        }

        private CheckResult result(Verdict verdict, String summary) {
            var operations = stage.history().of(NAME);
            var observed = new LinkedHashMap<String, Object>();
            observed.put("requests", operations.size());
            observed.put("failed", operations.stream().filter(Operation::failed).count());
            observed.put("instancesReady", instances.size());
            observed.put("instancesKnowingIt", answered.size());
            if (!lostOn.isEmpty()) {
                observed.put("lostOn", lostOn);
            }
            observed.put("failuresByClass", Tally.failuresByClass(operations));
            observed.put("requestsByInstance", Tally.byInstance(operations));
            observed.put("latencyMs", Tally.latencyMillis(operations));
            return new CheckResult(NAME, verdict, summary, observed, evidence);
        }

        private static String told(Visit visit) {
            return visit.request() + ": " + visit.detail();
        }
    }
}
