package dev.concertina.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

class VerbsTest {
    @TempDir Path folder;

    private final FakeFleet fleet = new FakeFleet();

    @BeforeEach
    void aManifest() throws IOException {
        write(
                "app:\n  name: registry\n  command: sh -c 'exec x {port}'\ngateway: { listen: 127.0.0.1:0 }\ninstances: 2\n");
    }

    @Test
    void commandsReachTheFleetAndTheirStoryIsNotTheAnswer() {
        var run = run("scale", "5");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).isEqualTo("done\n");
        assertThat(run.err()).contains("registry-1  is ready\n").contains("          a detail\n");
        run("scale", "+3");
        run("scale", "-1");
        run("restart");
        run("restart", "registry-2");
        run("drain", "registry-1");
        run("deploy");
        run("deploy", manifest());
        run("deploy", "--again");
        run("promote");
        run("promote", "--all");
        run("abort");
        run("rollback");
        run("rollback", "r1");
        run("down");
        assertThat(fleet.calls)
                .containsExactly(
                        "scale 5",
                        "scale 5",
                        "scale 1",
                        "restart -",
                        "restart registry-2",
                        "drain registry-1",
                        "deploy -",
                        "deploy concertina.yaml",
                        "deploy - again",
                        "promote",
                        "promote all",
                        "abort",
                        "rollback -",
                        "rollback r1",
                        "down");
    }

    @Test
    void aRolledBackDeployExitsWithOneAndSaysWhy() {
        fleet.outcome = new Outcome(false, "rolled back: never ready", Optional.of("HTTP 503"));
        var run = run("deploy");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).endsWith("rolled back: never ready\n          HTTP 503\n");
    }

    @Test
    void aStreamedAnswerInJsonIsOneObjectALineAndEndsWithTheOutcome() {
        var lines = run("deploy", "--json").out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).contains("\"kind\":\"instance.ready\"");
        assertThat(lines.getLast())
                .isEqualTo(
                        "{\"kind\":\"outcome\",\"done\":true,\"text\":\"done\",\"detail\":null}");
    }

    @Test
    void theStatusIsAnAlignedTable() {
        var text =
                StatusText.render(fleet.status(), java.time.Instant.parse("2026-11-20T21:01:05Z"));
        assertThat(text)
                .isEqualTo(
                        """
                        registry is up: 1 of 2 instances ready, release r1, at http://127.0.0.1:8080

                        INSTANCE     PID   PORT  RELEASE  STATE    SINCE  IN FLIGHT  RESTARTS  REASON
                        registry-1  1043  40001  r1       ready    1m 5s          7         0
                        registry-2     -  40001  r1       unready  1m 5s          7         3  HTTP 503: { "db": 1 }

                        PART     PID  STATE  ADDRESS              SEEN
                        gateway   44  ready  port 8080            1024 requests, 2 retried, 0 unserved, 0 restarts
                        redis     45  ready  redis://127.0.0.1:6
                        fleet     42  up
                        """);
    }

    @Test
    void theStatusInJsonIsTheFleetsOwn() {
        var run = run("status", "--json");
        assertThat(Json.read(run.out(), FleetStatus.class)).isEqualTo(fleet.status());
        assertThat(run.out())
                .contains(
                        "{\"id\":\"registry-1\",\"pid\":1043,\"port\":40001,\"release\":\"r1\",\"state\":\"ready\",\"since\":");
    }

    @Test
    void nothingRunningSaysHowToStart() {
        fleet.up = false;
        var run = run("status");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .isEqualTo(
                        "No fleet of "
                                + manifest()
                                + " is up. Next: concertina up -d -f "
                                + manifest()
                                + "\n");
        assertThat(run("down").out()).isEqualTo("Nothing of " + manifest() + " runs.\n");
    }

    @Test
    void wrongWordsAreUsageErrors() {
        assertThat(run("scale", "many"))
                .isEqualTo(
                        new Run(
                                2,
                                "",
                                "'many' is not a number of instances. Write 5, +2 or -1.\n"));
        assertThat(run("scale", "-2").err())
                .isEqualTo("That would leave 0 instances. Keep at least 1, or: concertina down\n");
        assertThat(run("drain", "registry-9"))
                .isEqualTo(
                        new Run(
                                2,
                                "",
                                "There is no instance 'registry-9'. There are: registry-1,"
                                        + " registry-2.\n"));
        assertThat(run("deploy", "/no/such.jar").err())
                .isEqualTo("/no/such.jar is no file. Build it, or correct the path.\n");
        var unknown = Run.of(fleet, folder, "staus");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(unknown.err()).contains("Did you mean: concertina status");
        assertThat(fleet.calls).isEmpty();
    }

    @Test
    void anUpgradeTakesATimeWithItsUnit() {
        assertThat(run("upgrade", "--within", "90s").exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(fleet.calls).containsExactly("upgrade PT1M30S");
        assertThat(run("upgrade", "--within", "90"))
                .isEqualTo(new Run(2, "", "--within '90' is not a time. Write 30s or 5m.\n"));
    }

    @Test
    void releasesAreATable() {
        assertThat(run("releases").out())
                .startsWith("RELEASE  STATE    MADE")
                .contains("1.5 MiB  0123456789ab  /app.jar")
                .contains("r2       served   -");
        assertThat(run("releases", "--json").out().lines()).hasSize(2);
    }

    @Test
    void aRolloutInStepsIsShown() {
        var progress =
                new FleetStatus.Progress(
                        "canary",
                        "r1",
                        "r2",
                        2,
                        java.util.List.of(5, 25, 100),
                        25,
                        "watching",
                        java.time.Instant.parse("2026-11-20T21:01:00Z"),
                        true,
                        Optional.of("not enough traffic yet: 0 errors"));
        var s = fleet.status();
        var status =
                new FleetStatus(
                        s.name(),
                        s.pid(),
                        "deploying",
                        s.address(),
                        s.wanted(),
                        s.release(),
                        Optional.of("r1 → r2, canary: step 2 of 3, 25 % of the requests"),
                        s.instances(),
                        s.gateway(),
                        s.services(),
                        Optional.of(progress));
        assertThat(StatusText.render(status, java.time.Instant.parse("2026-11-20T21:01:12Z")))
                .contains(
                        """
                        r1 → r2, canary: step 2 of 3, 25 % of the requests
                          5 % → [25 %] → 100 %   watching for 12s; concertina promote goes on, concertina abort goes back
                          judge: not enough traffic yet: 0 errors

                        """);
    }

    @Test
    void explainWithoutAJournalSaysSo() {
        assertThat(run("explain").exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run("explain").err()).contains("There is no journal in ").contains("up -d");
    }

    @Test
    void simulateReplaysATraceAgainstTheManifest() throws IOException {
        var trace = folder.resolve("trace.csv");
        Files.writeString(trace, "seconds,rate\n0,50\n300,400\n900,50\n1800,50\n");
        assertThat(run("simulate", "--capacity", "100", trace.toString()).err())
                .contains("has no autoscale");
        write(
                "app:\n  name: registry\n  command: sh -c 'exec x {port}'\n"
                        + "instances: { min: 1, max: 6 }\nautoscale: { cpu: 70% }\n");
        var chart = folder.resolve("chart.svg");
        var run =
                run("simulate", "--capacity", "100", "--chart", chart.toString(), trace.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("cpu utilization above target").contains("instance-hours");
        assertThat(Files.readString(chart)).startsWith("<svg");
        assertThat(run("simulate", "--capacity", "100", "--json", trace.toString()).out())
                .contains("\"kind\":\"change\"")
                .contains("\"kind\":\"outcome\"");
        Files.writeString(trace, "0,50\n5,many\n");
        assertThat(run("simulate", "--capacity", "100", trace.toString()))
                .isEqualTo(
                        new Run(
                                2,
                                "",
                                trace
                                        + ":2  'many' is no number of requests per second. Give 0 or"
                                        + " more, such as 60,120.5.\n"));
    }

    @Test
    void simulateDerivesTheCostFromWhatWasRecorded() throws IOException {
        write(
                "app:\n  name: registry\n  command: sh -c 'exec x {port}'\n"
                        + "instances: { min: 1, max: 6 }\nautoscale: { cpu: 70% }\n");
        assertThat(run("simulate").err())
                .contains("no TRACE was named, and nothing is recorded in ")
                .contains("load.csv yet. Name a CSV file");
        var recorded = folder.resolve(".concertina/load.csv");
        Files.createDirectories(recorded.getParent());
        var lines = new StringBuilder("seconds,requests-per-second,instances,cpu\n");
        for (int i = 0; i < 200; i++) {
            // 10 % without requests, 0.5 % for each request/s.
            int rate = i < 100 ? 50 : 200;
            lines.append(1_800_000_000L + 5L * i).append(',').append(rate);
            lines.append(",1,").append(10 + rate / 2).append('\n');
        }
        Files.writeString(recorded, lines);
        var run = run("simulate");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("1 -> 2")
                .contains(
                        "cost            10.0 % of the allowance without requests, 0.500 % for each"
                                + " request/s, 0.00000 % more for each request/s of all; from 200"
                                + " measurements, off by 0.0 % at the median");
        assertThat(run("simulate", "--json").out())
                .contains("\"cost\":{\"idle\":0.1,\"each\":0.005,\"crowding\":0.0,");
        assertThat(run("simulate", "--limit", "50").err())
                .isEqualTo("--limit 50 is less than the allowance. Write 100 or more.\n");
        assertThat(run("simulate", "--capacity", "10", "--measured", "x").err())
                .isEqualTo("--capacity and --measured say the same. Give one of them.\n");
        assertThat(run("simulate", "--measured", "nowhere.csv").err())
                .contains("nowhere.csv is no file. Name a CSV file with measurements.");
        var trace = folder.resolve("trace.csv");
        Files.writeString(trace, "0,50\n300,400\n");
        assertThat(run("simulate", trace.toString()).err())
                .contains("trace.csv  holds 0 measurements of CPU, and a cost takes 12.");
        assertThat(run("simulate", "--measured", recorded.toString(), trace.toString()).exitCode())
                .isZero();
    }

    @Test
    void everyVerbHasHelpAndTheNamedOptions() {
        for (String verb : Main.verbs().keySet()) {
            var help = Run.of(fleet, folder, verb, "--help");
            assertThat(help.exitCode()).as(verb).isZero();
            assertThat(help.out()).as(verb).startsWith("Usage: concertina " + verb);
        }
        Main.verbs()
                .forEach((name, verb) ->
                        assertThat(verb.getAnnotation(Command.class).name()).isEqualTo(name));
        assertThat(Main.verbs().keySet())
                .contains(
                        "init", "up", "down", "status", "scale", "deploy", "restart", "drain",
                        "upgrade", "logs", "check", "verify", "demo", "doctor", "events");
    }

    @Test
    void theShortcutIsWhatPicocliDoes() {
        for (var words :
                List.of(
                        List.of("status"),
                        List.of("status", "--json"),
                        List.of("status", "--json", "-e", "prod"),
                        List.of("status", "--env", "prod"))) {
            // The long form of an option is not the shortcut's.
            var all = new ArrayList<>(words);
            all.addAll(List.of("-f", manifest()));
            var quick = Run.of(fleet, folder, all.toArray(String[]::new));
            all.removeLast();
            all.removeLast();
            all.add("--file=" + manifest());
            var slow = Run.of(fleet, folder, all.toArray(String[]::new));
            assertThat(quick).as("%s", words).isEqualTo(slow);
            assertThat(quick.out()).isNotEmpty();
        }
        fleet.up = false;
        var quick = Run.of(fleet, folder, "status", "--json", "-f", manifest());
        assertThat(quick.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(quick)
                .isEqualTo(Run.of(fleet, folder, "status", "--json", "--file=" + manifest()));
        assertThat(Run.of(fleet, folder, "status", "--jsn").err()).contains("--json");
        assertThat(Run.of(fleet, folder, "status", "-f").err()).contains("Missing required");
    }

    @Test
    void aManifestErrorStartsNothing() throws IOException {
        fleet.up = false;
        write("app: { jar: none.jar, drain: 30 }\ninstnces: 3\n");
        var run = run("up", "-d");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err())
                .isEqualTo(
                        manifest()
                                + ":1:30  app.drain '30' has no unit. Write 30s, or ms, m, h, d.\n"
                                + manifest()
                                + ":2:1  unknown key 'instnces'. Did you mean 'instances'?\n");
        assertThat(fleet.calls).isEmpty();
    }

    @Test
    void upStartsWaitsAndShows() {
        fleet.up = false;
        var run = run("up", "-d", "-n", "4");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(fleet.calls)
                .containsExactlyInAnyOrder("start registry 4", "settled", "events 0");
        assertThat(run.out()).startsWith("registry is up: 1 of 2 instances ready");
    }

    @Test
    void upWritesThePidAlsoOfWhatIsUpAndNeverTakesAFolderForAFile() throws IOException {
        fleet.up = false;
        Path file = folder.resolve("service.pid");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        var refused = run("up", "-d", "--pid-file", empty.toString());
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("--pid-file " + empty + " is a folder. Name a file");
        assertThat(empty).isDirectory();
        assertThat(fleet.calls).isEmpty();
        for (int i = 0; i < 2; i++) {
            Files.writeString(file, "of somebody else");
            assertThat(run("up", "-d", "--pid-file", file.toString()).exitCode())
                    .isEqualTo(ExitCode.DONE);
            assertThat(file).hasContent(fleet.status().pid() + "");
        }
    }

    @Test
    void upOfWhatIsUpStartsNothingAndNamesDifferences() throws IOException {
        fleet.up = false;
        run("up", "-d");
        fleet.calls.clear();
        Files.createDirectories(folder.resolve(".concertina"));
        ProcessFleets.writeEffective(
                dev.concertina.fleet.manifest.ManifestReader.read(Path.of(manifest())).orThrow());
        assertThat(run("up", "-d").exitCode()).isEqualTo(ExitCode.DONE);
        var differs = run("up", "-d", "-n", "7");
        assertThat(differs.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(differs.err())
                .contains("  instances: runs with 2, asked for 7\n")
                .contains("Next: concertina scale 7 -f " + manifest());
        assertThat(fleet.calls).isEmpty();
    }

    @Test
    void aFirstStartThatFailsNamesThePlaceAndLeavesNothingBehind() throws IOException {
        fleet.up = false;
        write(
                "app:\n  command: sh -c 'exec x {port}'\n  health: { ready: /nope }\ngateway: { listen: 127.0.0.1:0 }\n");
        fleet.settles =
                new Outcome(
                        false,
                        "no instance became ready within 2m",
                        Optional.of("last probe answer: HTTP 404\nexit code 1"));
        var run = run("up", "-d");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err())
                .contains(manifest() + ":3:20  no instance became ready within 2m\n")
                .contains("  app.health.ready is /nope\n")
                .contains("          last probe answer: HTTP 404\n          exit code 1\n")
                .contains("Next: ");
        assertThat(fleet.calls.getLast()).isEqualTo("down");
        assertThat(fleet.up).isFalse();
    }

    @Test
    void aTakenPortNamesLineAndOwner() throws IOException {
        fleet.up = false;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            write(
                    "app: { command: sh x }\ngateway:\n  listen: 127.0.0.1:"
                            + taken.getLocalPort()
                            + "\n");
            var run = run("up", "-d");
            assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
            assertThat(run.err())
                    .startsWith(
                            manifest()
                                    + ":3:11  gateway.listen asks for port "
                                    + taken.getLocalPort()
                                    + ": ")
                    .contains("listens on it already");
        }
    }

    @Test
    void checkIsQuietAboutWhatIsRightAndExactAboutWhatIsNot() throws IOException {
        fleet.up = false;
        assertThat(run("check").out())
                .isEqualTo(manifest() + " is right: 2 instances of registry behind 127.0.0.1:0.\n");
        assertThat(run("check", "--effective").out()).contains("  drain: 30s\n");
        write("app: { jar: none.jar }\n");
        var wrong = run("check", "--json");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(wrong.out()).contains("\"ok\":false").contains("\"key\":\"app.jar\"");
    }

    @Test
    void initLooksAtTheFolder() throws IOException {
        Files.createDirectories(folder.resolve("new/target"));
        Files.createFile(folder.resolve("new/target/shop-1.0.jar"));
        Files.createFile(folder.resolve("new/target/shop-1.0-sources.jar"));
        var first = Run.of(fleet, folder, "init", folder.resolve("new").toString());
        assertThat(first.exitCode()).isEqualTo(ExitCode.DONE);
        var written = folder.resolve("new/concertina.yaml");
        assertThat(written).content().contains("  jar: target/shop-1.0.jar ");
        assertThat(
                        dev.concertina.fleet.manifest.ManifestReader.read(written)
                                .orThrow()
                                .app()
                                .name())
                .isEqualTo("shop");
        var second = Run.of(fleet, folder, "init", folder.resolve("new").toString());
        assertThat(second.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(second.err()).contains("exists. Keep it, or write it anew");
    }

    @Test
    void logsPrintTheLastLinesOfEach() throws IOException {
        var logs = Files.createDirectories(folder.resolve(".concertina/logs"));
        Files.writeString(logs.resolve("registry-1.log"), "one\ntwo\nthree\n");
        Files.writeString(logs.resolve("gateway.log"), "g\n");
        var words = new String[] {"logs", "--file", manifest(), "-n", "2"};
        assertThat(Run.of(fleet, folder, words).out())
                .isEqualTo("gateway  g\nregistry-1  two\nregistry-1  three\n");
        assertThat(Run.of(fleet, folder, "logs", "--file", manifest(), "registry-1").out())
                .isEqualTo("one\ntwo\nthree\n");
        assertThat(Run.of(fleet, folder, "logs", "--file", manifest(), "x").err())
                .isEqualTo("There is no log of 'x'. There are: gateway, registry-1.\n");
    }

    private Run run(String verb, String... words) {
        var all = new java.util.ArrayList<String>();
        all.add(verb);
        all.addAll(java.util.List.of(words));
        all.add("-f");
        all.add(manifest());
        return Run.of(fleet, folder, all.toArray(String[]::new));
    }

    private String manifest() {
        return folder.resolve("concertina.yaml").toString();
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("concertina.yaml"), yaml);
    }
}
