package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The unit that {@code concertina service} writes, under a real systemd: a user's manager in a
 * namespace and control group of its own. Needs root and systemd; skipped where they are not.
 */
class ServiceTest {
    private static final Path SYSTEMD = Path.of("/lib/systemd/systemd");
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final String UNIT = "concertina-web.service";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration MANAGER_WITHIN = Duration.ofSeconds(20);

    /** systemd believes that it may run where the folder exists. */
    private static final String MANAGER =
            """
            for group in "$@"; do echo $$ > "$group/cgroup.procs" || exit 9; done
            mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/system || exit 9
            exec /lib/systemd/systemd --user --log-target=console
            """;

    private static final String PROGRAM =
            """
            const fs = require('fs');
            if (fs.existsSync('broken')) { console.log('no database'); process.exit(3); }
            require('http').createServer((q, r) => {
              r.statusCode = fs.existsSync('slow') ? 503 : 200;
              r.end('ok');
            }).listen(process.env.PORT, '127.0.0.1');
            """;

    private static final String MANIFEST =
            """
            app:
              name: web
              command: node server.js
              health: { ready: /, every: 200ms }
              drain: 2s
              restart: { crashes: 3, within: 10m }
            instances: 2
            gateway: { listen: 127.0.0.1:0 }
            """;

    @TempDir Path home;
    @TempDir Path directory;

    private final List<Path> groups = new ArrayList<>();
    private Process manager;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(SYSTEMD), "no systemd here");
        assumeTrue(System.getProperty("user.name", "").equals("root"), "not root");
        for (Path hierarchy :
                List.of(GROUPS, GROUPS.resolve("systemd"), GROUPS.resolve("unified"))) {
            Path group = hierarchy.resolve("service-test-" + ProcessHandle.current().pid());
            if (Files.isWritable(hierarchy.resolve("cgroup.procs"))) {
                assumeTrue(group.toFile().mkdir(), () -> group + " cannot be made");
                groups.add(group);
            }
        }
        var command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", MANAGER, "sh"));
        groups.forEach(group -> command.add(group.toString()));
        var builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(
                        Map.of(
                                "HOME", home.toString(),
                                "XDG_RUNTIME_DIR", home.toString(),
                                "XDG_CONFIG_HOME", home.resolve(".config").toString()));
        manager =
                builder.redirectErrorStream(true)
                        .redirectOutput(home.resolve("systemd.log").toFile())
                        .start();
        long until = System.nanoTime() + MANAGER_WITHIN.toNanos();
        Workspace.await(
                PATIENCE,
                () -> !manager.isAlive() || runs() || System.nanoTime() - until > 0,
                () -> "no answer of systemctl");
        assumeTrue(runs(), () -> "systemd does not run here: " + log());
    }

    private boolean runs() {
        return systemctl("show", "-p", "SystemState", "--value").equals("running");
    }

    @AfterEach
    void stop() throws Exception {
        if (manager != null) {
            manager.destroy();
            if (!manager.waitFor(20, TimeUnit.SECONDS)) {
                manager.destroyForcibly().waitFor();
            }
        }
        for (Path group : groups) {
            // Whatever it made for itself goes first.
            try (var inside = Files.walk(group)) {
                inside.filter(Files::isDirectory)
                        .sorted(Comparator.reverseOrder())
                        .forEach(folder -> folder.toFile().delete());
            }
        }
    }

    @Test
    void itStartsWhatFailedAdoptsWhatWasKilledAndEndsEverything() throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.write("server.js", PROGRAM);
            workspace.write("concertina.yaml", MANIFEST);
            workspace.write("broken", "");
            Path units = Files.createDirectories(home.resolve(".config/systemd/user"));
            Files.writeString(units.resolve(UNIT), workspace.run("service").hasExit(0).out());
            systemctl("daemon-reload");

            systemctl("start", UNIT);
            assertThat(active()).isNotEqualTo("active");
            Files.delete(workspace.directory().resolve("broken"));
            Workspace.await(PATIENCE, () -> active().equals("active"), this::log);
            systemctl("stop", UNIT);

            workspace.write("slow", "");
            systemctl("start", "--no-block", UNIT);
            Workspace.await(PATIENCE, () -> hasInstances(workspace), this::log);
            assertThat(active()).isEqualTo("activating");
            systemctl("stop", UNIT);
            assertThat(workspace.processes()).isEmpty();

            // As if systemd had not come to that: it takes on whom it finds.
            systemctl("start", "--no-block", UNIT);
            Workspace.await(PATIENCE, () -> hasInstances(workspace), this::log);
            long waiting = Long.parseLong(systemctl("show", UNIT, "-p", "ControlPID", "--value"));
            ProcessHandle.of(waiting).orElseThrow().destroyForcibly();
            Files.delete(workspace.directory().resolve("slow"));
            Workspace.await(PATIENCE, () -> active().equals("active"), this::log);
            List<Long> instances = pids(workspace);

            long fleet = workspace.status().get("pid").asLong();
            assertThat(systemctl("show", UNIT, "-p", "MainPID", "--value")).isEqualTo(fleet + "");
            ProcessHandle.of(fleet).orElseThrow().destroyForcibly();
            Workspace.await(
                    PATIENCE,
                    () ->
                            active().equals("active")
                                    && workspace.status().get("pid").asLong() != fleet,
                    this::log);
            assertThat(pids(workspace)).isEqualTo(instances);

            systemctl("stop", UNIT);
            assertThat(active()).isEqualTo("inactive");
            assertThat(workspace.processes()).isEmpty();
        }
    }

    /** Before there is a fleet, {@code status} fails. */
    private static boolean hasInstances(Workspace workspace) {
        return workspace.processes().stream().filter(line -> line.contains("server.js")).count()
                == 2;
    }

    private static List<Long> pids(Workspace workspace) {
        return workspace
                .awaitReady(2)
                .get("instances")
                .valueStream()
                .map(instance -> instance.get("pid").asLong())
                .toList();
    }

    private String active() {
        return systemctl("show", UNIT, "-p", "ActiveState", "--value");
    }

    private String systemctl(String... words) {
        var command = new ArrayList<>(List.of("systemctl", "--user"));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XDG_RUNTIME_DIR", home.toString());
        try {
            Process process = builder.redirectInput(new File("/dev/null")).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said.strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private String log() {
        try {
            return Files.readString(home.resolve("systemd.log")) + systemctl("status", UNIT);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
