package dev.concertina.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdUnitTest {
    private static Manifest manifest(Path file) {
        return ManifestReader.read(file, "app: { name: web, command: node x, drain: 20s }")
                .orThrow();
    }

    @Test
    void aUnitForTheWholeMachine() {
        var unit =
                new SystemdUnit(
                        manifest(Path.of("/srv/my app/c.yaml")),
                        Optional.of("prod"),
                        Path.of("/opt/100%/concertina"),
                        true);
        assertThat(unit.name()).isEqualTo("concertina-web.service");
        assertThat(unit.text("web", "/opt/jdk"))
                .isEqualTo(
                        """
                        # Written by 'concertina service'.
                        [Unit]
                        Description=web, kept by Concertina
                        Wants=network-online.target
                        After=network-online.target
                        StartLimitIntervalSec=0

                        [Service]
                        Type=forking
                        User=web
                        LimitNICE=+0
                        WorkingDirectory=/srv/my app
                        Environment="JAVA_HOME=/opt/jdk"
                        PIDFile=/srv/my app/.concertina/service.pid
                        ExecStart="/opt/100%%/concertina" up -d --pid-file "/srv/my app/.concertina/service.pid" -f "/srv/my app/c.yaml" --env "prod"
                        ExecStop=/bin/sh -c 'test -z "$$MAINPID" || exec "$$0" "$$@"' "/opt/100%%/concertina" down -f "/srv/my app/c.yaml" --env "prod"
                        KillMode=process
                        Restart=on-failure
                        RestartSec=5
                        TimeoutStartSec=420
                        TimeoutStopSec=100

                        [Install]
                        WantedBy=multi-user.target
                        """);
    }

    @Test
    void systemdItselfFindsNothingWrong(@TempDir Path folder) throws Exception {
        Path analyze = Path.of("/usr/bin/systemd-analyze");
        Assumptions.assumeTrue(Files.isExecutable(analyze), "no systemd here");
        Path program = Files.createDirectories(folder.resolve("a b")).resolve("concertina");
        Files.writeString(program, "#!/bin/sh\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        for (boolean system : new boolean[] {true, false}) {
            var unit =
                    new SystemdUnit(
                            manifest(folder.resolve("c.yaml")), Optional.empty(), program, system);
            Path file = folder.resolve(unit.name());
            Files.writeString(file, unit.text("root", ""));
            assertThat(complaints(analyze, file)).doesNotContain(unit.name());
        }
    }

    private static String complaints(Path analyze, Path file)
            throws IOException, InterruptedException {
        Path out = file.resolveSibling("out");
        var process =
                new ProcessBuilder(analyze.toString(), "verify", "--man=no", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out);
    }

    @Test
    void serviceIsPrintedOrInstalled(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("c.yaml"), "app: { name: web, command: node x }\n");
        var file = folder.resolve("c.yaml").toString();
        var fleet = new FakeFleet();
        fleet.up = false;
        var refused = Run.of(fleet, folder, "service", "-f", file);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("CONCERTINA_HOME is not set");

        var printed = Run.inside(fleet, folder, "service", "-f", file);
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.out()).startsWith("# Written by 'concertina service'.\n[Unit]\n");
        assertThat(printed.err()).isEqualTo("Next: concertina service --install -f " + file + "\n");

        var installed = Run.inside(fleet, folder, "service", "--install", "-f", file);
        Path unit = folder.resolve("config/systemd/user/concertina-web.service");
        assertThat(installed.out()).isEqualTo(unit + "\n");
        assertThat(Files.readString(unit)).isEqualTo(printed.out());
        assertThat(installed.err())
                .startsWith(
                        "Next: systemctl --user daemon-reload && systemctl --user enable --now"
                                + " concertina-web.service\n")
                .contains("loginctl enable-linger");
    }
}
