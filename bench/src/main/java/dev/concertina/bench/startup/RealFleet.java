package dev.concertina.bench.startup;

import dev.concertina.fleet.console.FleetClient;
import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sample as users run it: the script, a folder with a manifest, and the control socket. */
final class RealFleet implements AutoCloseable {
    static final String PATH = "/api/certificates/SAMP-LECE-RTXX";
    private static final Duration TRAINED_WITHIN = Duration.ofMinutes(5);
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);

    private final Path home;
    private final Path folder;
    private final String name;

    private RealFleet(Path home, Path folder, String name) {
        this.home = home;
        this.folder = folder;
        this.name = name;
    }

    /**
     * @param name for people, and of its folder
     * @param jvm options; empty: the JVM's own
     * @param start value of {@code app.start}
     * @param gateway more keys of {@code gateway}
     */
    static RealFleet up(
            Path home,
            Path work,
            String name,
            int instances,
            String jvm,
            String start,
            String gateway)
            throws IOException, InterruptedException {
        Path folder = work.resolve(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("concertina.yaml"),
                """
                app:
                  name: registry
                  jar: %s
                %s  env: { CONCERTINA_SESSION_KEYS: "${secret:session-keys}" }
                  health: { ready: /health/ready, live: /health/live, start-within: 5m }
                  start: %s
                instances: %d
                services: { redis: embedded, postgres: embedded }
                gateway: { listen: 127.0.0.1:0, %s }
                """
                        .formatted(
                                home.resolve("samples/registry/target/registry.jar"),
                                jvm.isEmpty() ? "" : "  jvm: " + jvm + "\n",
                                start,
                                instances,
                                gateway));
        var fleet = new RealFleet(home, folder, name);
        Runtime.getRuntime().addShutdownHook(new Thread(fleet::close));
        int exit = fleet.run(Map.of(), "up", "-d");
        if (exit != 0) {
            throw new IllegalStateException(name + " is not up: " + fleet.folder);
        }
        return fleet;
    }

    String name() {
        return name;
    }

    /** Waits until later starts use an AOT cache, and those of later releases an archive. */
    void awaitTrained() throws IOException, InterruptedException {
        Path releases = folder.resolve(".concertina/releases");
        await(releases.resolve(status().release()), ".aot");
        await(releases.resolve("libraries"), ".jsa");
    }

    private void await(Path where, String suffix) throws IOException, InterruptedException {
        long end = System.nanoTime() + TRAINED_WITHIN.toNanos();
        while (true) {
            try (Stream<Path> files = Files.walk(where, 2)) {
                if (files.anyMatch(file -> file.toString().endsWith(suffix))) {
                    return;
                }
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(name + ": no " + suffix + " in " + where);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    FleetCommands commands() {
        try {
            return FleetClient.connect(folder.resolve(".concertina")).orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    FleetStatus status() {
        return commands().status();
    }

    Set<String> instances() {
        return status().instances().stream().map(InstanceStatus::id).collect(Collectors.toSet());
    }

    URI page() {
        return URI.create(status().address() + PATH);
    }

    void scale(int instances) {
        var outcome = commands().scale(instances, _ -> {});
        if (!outcome.done()) {
            throw new IllegalStateException(name + ": " + outcome.text());
        }
        commands().settled(SETTLED_WITHIN, _ -> {});
    }

    /** Milliseconds that a command of the command line takes. */
    double milliseconds(Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        int exit = run(environment, words);
        if (exit != 0) {
            throw new IllegalStateException(List.of(words) + " ended with " + exit);
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private int run(Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(home.resolve("concertina").toString());
        command.addAll(List.of(words));
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("commands.log").toFile()));
        builder.environment().putAll(environment);
        return builder.start().waitFor();
    }

    @Override
    public void close() {
        try {
            run(Map.of(), "down");
        } catch (IOException e) {
            System.err.println(name + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
