package dev.concertina.bench.cache;

import dev.concertina.bench.Line;
import dev.concertina.bench.Silence;
import dev.concertina.starter.cache.CoherenceRun;
import dev.concertina.starter.cache.CoherenceRun.Outcome;
import dev.concertina.starter.cache.CoherenceRun.Plan;
import dev.concertina.starter.cache.CoherenceRun.Trouble;
import dev.concertina.starter.cache.SharedUnderCheck;
import dev.concertina.starter.testing.RedisProcess;
import dev.concertina.starter.testing.TestRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code cache}: each cache in turn in a JVM of its own, three times, and the lines. */
public final class CacheBench {
    private static final int ROUNDS = 3;
    private static final List<String> TIMED = List.of("hit", "hit 2 threads", "miss", "put");
    private static final String STALE = "stale reads under faults";
    private static final long CHECKED = 500_000;

    /** Nanoseconds, one for each round, by case. */
    private final Map<Kind, Map<String, List<Double>>> results = new EnumMap<>(Kind.class);

    private final Path logs;
    private final List<String> wanted;

    private CacheBench(Path logs, List<String> wanted) {
        this.logs = logs;
        this.wanted = wanted;
    }

    /**
     * @param arguments a folder for logs, then names of cases; none: all
     */
    public static void main(String[] arguments) throws Exception {
        var logs = Files.createDirectories(Path.of(arguments[0]));
        var all = new ArrayList<>(TIMED);
        all.add(STALE);
        var wanted = arguments.length == 1 ? all : List.of(arguments).subList(1, arguments.length);
        if (!all.containsAll(wanted)) {
            System.err.println("no such case. They are " + all);
            System.exit(2);
        }
        Silence.here(logs);
        var bench = new CacheBench(logs, List.copyOf(wanted));
        if (wanted.stream().anyMatch(TIMED::contains)) {
            bench.time();
        }
        if (wanted.contains(STALE)) {
            bench.stale();
        }
        System.exit(0);
    }

    private void time() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (var kind : Kind.values()) {
                System.err.println("round " + (round + 1) + ": " + kind.title + " …");
                try (var redis = new RedisProcess(TestRedis.freePort(), "save \"\"").ready()) {
                    fork(kind, "redis://127.0.0.1:" + redis.port());
                }
            }
        }
        for (var name : TIMED) {
            if (wanted.contains(name)) {
                print(name);
            }
        }
    }

    private void fork(Kind kind, String url) throws Exception {
        var errors = logs.resolve(kind + ".log");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-D" + Silence.PROPERTY + "=" + Silence.written(logs),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Fork.class.getName(),
                                kind.name(),
                                url)
                        .redirectError(errors.toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(kind.title + " failed, see " + errors);
        }
        var values = results.computeIfAbsent(kind, _ -> new HashMap<>());
        for (var line : output.lines().filter(text -> text.contains("=")).toList()) {
            var parts = line.split("=");
            values.computeIfAbsent(parts[0], _ -> new ArrayList<>())
                    .add(Double.parseDouble(parts[1]));
        }
    }

    private void print(String name) {
        boolean near = name.startsWith("hit");
        var ours = median(Kind.OURS, name);
        for (var peer : Kind.values()) {
            var all = values(peer, name);
            if (all.isEmpty()) {
                continue;
            }
            System.err.println(name + ", " + peer.title + ": " + all + " ns");
            if (peer != Kind.OURS) {
                double scale = near ? 1 : 1_000;
                System.out.println(
                        new Line(
                                        "cache",
                                        name,
                                        near ? "ns/operation" : "us/operation",
                                        ours / scale,
                                        median(peer, name) / scale,
                                        peer.title,
                                        ROUNDS)
                                .json());
            }
        }
    }

    private List<Double> values(Kind kind, String name) {
        return results.getOrDefault(kind, Map.of()).getOrDefault(name, List.of());
    }

    private double median(Kind kind, String name) {
        var all = new ArrayList<>(values(kind, name));
        all.sort(null);
        return all.get(all.size() / 2);
    }

    /** The checker on each, under everything that may befall them. */
    private void stale() throws Exception {
        var ours = run(SharedUnderCheck.class);
        for (var peer : List.of(Kind.REDISSON, Kind.SPRING_DATA_REDIS)) {
            var found = run(peer == Kind.REDISSON ? RedissonMap.class : SpringDataRedis.class);
            System.out.println(
                    new Line(
                                    "cache",
                                    STALE,
                                    "old values/million",
                                    perMillion(ours),
                                    perMillion(found),
                                    peer.title,
                                    1)
                            .json());
        }
    }

    private static double perMillion(Outcome outcome) {
        return outcome.stale() * 1e6 / outcome.checked();
    }

    private static Outcome run(Class<?> cache) throws Exception {
        var outcome =
                CoherenceRun.run(
                        new Plan(
                                cache.getName(),
                                "",
                                CHECKED,
                                Trouble.behindRelays(),
                                false,
                                Long.getLong("seed", 1)));
        System.err.println(cache.getSimpleName() + ": " + outcome);
        return outcome;
    }
}
