package dev.concertina.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.verifier.report.ReportWriter;
import dev.concertina.verifier.verdict.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The script of a failure, really run. */
@Timeout(120)
@EnabledIf("toolsPresent")
class ReplayScriptTest {
    private static final VerificationSettings SETTINGS =
            new VerificationSettings(7, Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir Path directory;

    @Test
    void showsTheLossAndNoLossOnceSessionsAreShared() throws Exception {
        try (var broken = new FakeFleet(3);
                var good = new FakeFleet(3)) {
            broken.sessionsShared = false;
            var script = script(broken, Manifests.signingIn());
            var lost = run(script);
            assertThat(lost.text()).contains("LOST: created on app-");
            assertThat(lost.code()).isEqualTo(1);

            var kept = run(script, good.address());
            assertThat(kept.text()).contains("KEPT: created on app-");
            assertThat(kept.code()).isZero();
        }
    }

    @Test
    void carriesWhatAStepCapturesIntoTheNext() throws Exception {
        try (var broken = new FakeFleet(3);
                var good = new FakeFleet(3)) {
            broken.sessionsShared = false;
            var script = script(broken, Manifests.signingInByForm());
            assertThat(run(script).code()).isEqualTo(1);
            var kept = run(script, good.address(), good.address());
            assertThat(kept.text()).contains("POST /login -> 303").contains("KEPT");
            assertThat(kept.code()).isZero();
        }
    }

    @Test
    void showsWhatAStickyGatewayHides() throws Exception {
        try (var fleet = new FakeFleet(3)) {
            fleet.sessionsShared = false;
            fleet.balance = FakeFleet.Gateway.STICKY;
            var report = verify(fleet, Manifests.signingIn());
            // Instances have been replaced since: the two of today take the place of those named.
            var ports = fleet.status().instances();
            ReportWriter.write(report, directory);
            var shown =
                    run(
                            directory.resolve("replay-session-persistence.sh"),
                            "http://127.0.0.1:" + ports.getFirst().port(),
                            "http://127.0.0.1:" + ports.getLast().port());
            assertThat(shown.text()).contains("LOST: created on " + ports.getFirst().id());
            assertThat(shown.code()).isEqualTo(1);
        }
    }

    @Test
    void saysSoWhenNobodyAnswers() throws Exception {
        Path script;
        try (var fleet = new FakeFleet(3)) {
            fleet.sessionsShared = false;
            script = script(fleet, Manifests.signingIn());
        }
        var silent = run(script);
        assertThat(silent.text()).contains("no answer from http://127.0.0.1");
        assertThat(silent.code()).isEqualTo(2);
    }

    private Path script(FakeFleet fleet, Manifest manifest) throws Exception {
        ReportWriter.write(verify(fleet, manifest), directory);
        var script = directory.resolve("replay-session-persistence.sh");
        assertThat(Files.isExecutable(script)).isTrue();
        return script;
    }

    private static Report verify(FakeFleet fleet, Manifest manifest) throws InterruptedException {
        return Verification.run(manifest, fleet, fleet, SETTINGS, story -> {});
    }

    private record Ran(int code, String text) {}

    private static Ran run(Path script, String... arguments)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("sh", script.toString()));
        words.addAll(List.of(arguments));
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), text);
    }

    static boolean toolsPresent() {
        return List.of("curl", "perl").stream()
                .allMatch(t -> Files.isExecutable(Path.of("/usr/bin", t)));
    }
}
