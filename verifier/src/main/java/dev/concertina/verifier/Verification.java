package dev.concertina.verifier;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.verifier.check.Check;
import dev.concertina.verifier.check.Failover;
import dev.concertina.verifier.check.Faults;
import dev.concertina.verifier.check.LoadDistribution;
import dev.concertina.verifier.check.ObservedFleet;
import dev.concertina.verifier.check.ProcessFaults;
import dev.concertina.verifier.check.RollingDeploy;
import dev.concertina.verifier.check.SessionPersistence;
import dev.concertina.verifier.check.Stage;
import dev.concertina.verifier.history.History;
import dev.concertina.verifier.history.RunClock;
import dev.concertina.verifier.http.Client;
import dev.concertina.verifier.http.Origin;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import dev.concertina.verifier.workload.Users;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One verification of a running fleet: every check in turn, each on a fleet that is whole. */
public final class Verification {
    private static final List<Check> CHECKS =
            List.of(
                    new LoadDistribution(),
                    new SessionPersistence(),
                    new Failover(),
                    new RollingDeploy());

    private Verification() {}

    /**
     * Disturbs the fleet, watches what its clients see, and leaves it whole again where it can.
     *
     * @param story receives what happens while it happens, line by line
     * @return a report in any case; a check that breaks is UNKNOWN in it
     * @throws InterruptedException if interrupted; the fleet is as the check in progress left it
     */
    public static Report run(
            Manifest manifest,
            FleetCommands fleet,
            VerificationSettings settings,
            Consumer<String> story)
            throws InterruptedException {
        return run(manifest, fleet, new ProcessFaults(fleet), settings, story);
    }

    static Report run(
            Manifest manifest,
            FleetCommands commands,
            Faults faults,
            VerificationSettings settings,
            Consumer<String> story)
            throws InterruptedException {
        story.accept("seed " + settings.seed());
        var clock = new RunClock();
        var history = new History();
        var limits = settings.limits();
        var fleet = new ObservedFleet(commands, clock, limits.settle(), story);
        var status = commands.status();
        try (var gateway = new Client(Origin.of(status.address()), clock, limits.request())) {
            var stage =
                    new Stage(
                            manifest,
                            fleet,
                            faults,
                            history,
                            clock,
                            gateway,
                            new Users(history, clock),
                            new SplittableRandom(settings.seed()),
                            limits,
                            story);
            var results = new ArrayList<CheckResult>();
            for (var check : CHECKS) {
                results.addAll(carriedOut(check, stage));
            }
            return Report.of(
                    settings.seed(),
                    clock.startedAt(),
                    results,
                    status.name() + ", " + status.wanted() + " instances",
                    history);
        }
    }

    private static List<CheckResult> carriedOut(Check check, Stage stage)
            throws InterruptedException {
        stage.story().accept("checking " + String.join(", ", check.names()));
        List<CheckResult> results;
        try {
            results =
                    stage.fleet().settled()
                            ? check.run(stage)
                            : unknown(check, "the fleet was not whole when the check's turn came");
        } catch (RuntimeException e) {
            results = unknown(check, "the check broke: " + e);
        }
        results.forEach(r ->
                stage.story().accept("  " + r.verdict() + " " + r.name() + ": " + r.summary()));
        return results;
    }

    private static List<CheckResult> unknown(Check check, String why) {
        return check.names().stream().map(name -> CheckResult.unknown(name, why)).toList();
    }
}
