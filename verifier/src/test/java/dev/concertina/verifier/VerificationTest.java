package dev.concertina.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import dev.concertina.verifier.verdict.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class VerificationTest {
    private static final VerificationSettings SETTINGS =
            new VerificationSettings(7, Duration.ofSeconds(30), Duration.ofSeconds(30));

    @Test
    void aFleetThatSharesItsSessionsPassesEveryCheck() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            var report = verify(fleet, Manifests.signingInByForm());
            assertThat(report.checks())
                    .allSatisfy(
                            c -> assertThat(c.verdict()).as(c.summary()).isEqualTo(Verdict.PASS))
                    .extracting(CheckResult::name)
                    .containsExactly(
                            "load-distribution",
                            "session-persistence",
                            "failover",
                            "rolling-deploy",
                            "session-over-deploy");
            assertThat(report.verdict()).isEqualTo(Verdict.PASS);
            assertThat(report.history().faults()).hasSize(3);
            assertThat(check(report, "rolling-deploy").observed())
                    .containsEntry("failed", 0L)
                    .containsEntry("instancesReplaced", 3);
        }
    }

    @Test
    void sessionsInMemoryFailTheSessionCheckWithInstancesAndReplay() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.sessionsShared = false;
            var report = verify(fleet, Manifests.signingIn());
            var session = check(report, "session-persistence");
            assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(session.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(session.summary())
                    .matches("created on app-\\d+, lost on app-\\d+: GET /me.*");
            assertThat(session.observed())
                    .hasEntrySatisfying(
                            "lostOn", on -> assertThat(on).asString().startsWith("app-"));
            assertThat(session.evidence()).anyMatch(e -> e.startsWith("#!/bin/sh"));
            assertThat(session.evidence())
                    .anyMatch(e -> e.contains("asked of") && e.endsWith("own port: known"));
            assertThat(check(report, "load-distribution").verdict()).isEqualTo(Verdict.PASS);
            assertThat(check(report, "session-over-deploy").verdict()).isEqualTo(Verdict.UNKNOWN);
        }
    }

    @Test
    void aFormWhoseTokenOtherInstancesDoNotKnowIsALostSession() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.sessionsShared = false;
            var session = check(verify(fleet, Manifests.signingInByForm()), "session-persistence");
            assertThat(session.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(session.summary())
                    .contains("POST /login")
                    .contains("while it was established");
        }
    }

    @Test
    void aSessionThatOnlyAStickyGatewayHoldsTogetherWorksOnlyWithAffinity() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.sessionsShared = false;
            fleet.balance = FakeFleet.Gateway.STICKY;
            var session = check(verify(fleet, Manifests.signingIn()), "session-persistence");
            assertThat(session.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(session.summary()).contains("works only with affinity");
        }
    }

    @Test
    void aStickyGatewayBeforeSharedSessionsIsNotAFailure() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.balance = FakeFleet.Gateway.STICKY;
            var report = verify(fleet, Manifests.signingIn());
            assertThat(check(report, "session-persistence").verdict()).isNotEqualTo(Verdict.FAIL);
            assertThat(check(report, "session-over-deploy").verdict()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void oneInstanceNeverFails() throws Exception {
        try (var fleet = new FakeFleet(1)) {
            fleet.sessionsShared = false;
            fleet.drains = false;
            var report = verify(fleet, Manifests.signingIn());
            assertThat(report.checks())
                    .allSatisfy(c ->
                            assertThat(c.verdict()).as(c.summary()).isNotEqualTo(Verdict.FAIL));
            assertThat(check(report, "session-persistence").verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    void answersThatDoNotNameTheirInstanceProveNoDistribution() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.named = false;
            var result = check(verify(fleet, Manifests.withoutJourneys()), "load-distribution");
            assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(result.summary()).contains("X-Instance-Id");
        }
    }

    @Test
    void aGatewayThatForgetsTwoInstancesFailsDistribution() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.balance = FakeFleet.Gateway.ALWAYS_THE_FIRST;
            var result = check(verify(fleet, Manifests.withoutJourneys()), "load-distribution");
            assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(result.summary()).contains("of 3 ready instances only 1 answered");
        }
    }

    @Test
    void aJourneyThatNeverWorksIsNotTestable() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.journeysWork = false;
            var report = verify(fleet, Manifests.signingIn());
            var session = check(report, "session-persistence");
            assertThat(session.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(session.summary()).contains("not testable").contains("without any fault");
            assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
        }
    }

    @Test
    void whatNothingAnswersIsUnknownAndNeverPass() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            var page = Manifests.stateless(Manifests.get("/nowhere"));
            fleet.failsOnceIn = 1;
            var report = verify(fleet, Manifests.with(page));
            assertThat(report.checks())
                    .extracting(CheckResult::verdict)
                    .containsOnly(Verdict.UNKNOWN);
        }
    }

    @Test
    void aCheckThatThrowsIsUnknownAndTheOthersStillRun() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.killBreaks = true;
            var report = verify(fleet, Manifests.signingIn());
            assertThat(check(report, "failover").verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(check(report, "failover").summary()).contains("the knife is blunt");
            assertThat(check(report, "rolling-deploy").verdict()).isEqualTo(Verdict.PASS);
            assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
        }
    }

    @Test
    void anApplicationThatFailsNowAndThenHasNotLostItsSessions() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.failsOnceIn = 5;
            var session = check(verify(fleet, Manifests.signingIn()), "session-persistence");
            assertThat(session.verdict()).as(session.summary()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void aDeployThatDropsRequestsFailsAndNamesTheMissingDrainStep() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.drains = false;
            var deploy = check(verify(fleet, Manifests.withoutJourneys()), "rolling-deploy");
            assertThat(deploy.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(deploy.observed())
                    .hasEntrySatisfying(
                            "failuresByClass", f -> assertThat(f).asString().contains("5xx 502="));
            assertThat(deploy.summary()).contains("signalled before it was taken out of traffic");
        }
    }

    @Test
    void aKillThatClientsNoticeFailsFailover() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.killNoticed = false;
            var failover = check(verify(fleet, Manifests.withoutJourneys()), "failover");
            assertThat(failover.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(failover.evidence()).anyMatch(e -> e.contains("GET / → 5xx 502"));
        }
    }

    private static Report verify(FakeFleet fleet, Manifest manifest) throws InterruptedException {
        return Verification.run(manifest, fleet, fleet, SETTINGS, story -> {});
    }

    private static CheckResult check(Report report, String name) {
        return report.checks().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
