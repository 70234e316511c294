package dev.concertina.bench.requeststate;

import dev.concertina.bench.Line;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * {@code request-state}: runs our application and the peers in turn and prints the lines. Ours
 * counts two limits and looks a token up among the revoked ones in every request; of the peers two
 * keep a session only, and two count one limit besides.
 */
public final class RequestStateBench {
    private static final int ROUNDS = 3;
    // All of ours is compiled after some 35 seconds of this load, most of it after 25.
    private static final double WARM_SECONDS = 25;

    private final List<Subject> subjects;
    private final List<String> wanted;

    private RequestStateBench(List<Subject> subjects, List<String> wanted) {
        this.subjects = subjects;
        this.wanted = wanted;
    }

    /**
     * @param arguments the peer's class path, a folder for logs, then names of cases; none: all
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var peer = arguments[0];
        var logs = Files.createDirectories(Path.of(arguments[1]));
        var wanted = List.of(arguments).subList(2, arguments.length);
        var names = Measurement.all().stream().flatMap(one -> one.names().stream()).toList();
        if (!names.containsAll(wanted)) {
            System.err.println("no such case. They are " + names);
            System.exit(2);
        }
        var subjects = new ArrayList<Subject>();
        try {
            for (var launch : launches(peer)) {
                System.err.println("starting " + launch.name() + " …");
                var log = logs.resolve("subject-" + subjects.size() + ".log");
                subjects.add(Subject.start(launch, log));
            }
            new RequestStateBench(subjects, wanted).run();
        } finally {
            for (var subject : subjects) {
                subject.close();
            }
        }
        System.exit(0);
    }

    private static List<Subject.Launch> launches(String peer) {
        var session = "Spring Session data-redis " + version(peer, "spring-session-data-redis");
        return List.of(
                new Subject.Launch(
                        "Concertina", Ours.class.getName(), ownClassPath(), Ours.SETTINGS),
                launch(peer, session, "plain", "none"),
                launch(peer, session + " indexed", "indexed", "none"),
                launch(
                        peer,
                        session + " + Bucket4j " + version(peer, "bucket4j_jdk17-lettuce"),
                        "plain",
                        "bucket4j"),
                launch(
                        peer,
                        session + " + Redisson " + version(peer, "redisson"),
                        "plain",
                        "redisson"));
    }

    private static Subject.Launch launch(
            String classPath, String name, String session, String limit) {
        return new Subject.Launch(
                name,
                "peer.Peer",
                classPath,
                List.of("--spring.profiles.active=" + session + "," + limit));
    }

    // The gateway's native transports are no part of an application that uses the starter.
    private static String ownClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !entry.matches(".*/netty-transport-(native|classes)-(epoll|io_uring).*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String version(String classPath, String artifact) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .map(entry -> entry.substring(entry.lastIndexOf('/') + 1))
                .filter(file -> file.matches(artifact + "-\\d.*\\.jar"))
                .map(file -> file.substring(artifact.length() + 1, file.length() - 4))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(artifact + " is not there"));
    }

    private void run() throws IOException {
        sayHowLongTheWayIs();
        for (var subject : subjects) {
            System.err.println("warming " + subject.name() + " …");
            Load.fast(subject, WARM_SECONDS, Subject.PLAIN, "/read", "/write");
        }
        for (var measurement : Measurement.all()) {
            if (wanted.isEmpty() || measurement.names().stream().anyMatch(wanted::contains)) {
                measure(measurement);
            }
        }
    }

    /** A delay that is not what it says would make every latency below it wrong. */
    private void sayHowLongTheWayIs() throws IOException {
        var subject = subjects.getFirst();
        System.err.printf(
                Locale.ROOT, "PING: %.3f ms directly%n", Ping.millis(subject.redisPort()));
        for (double millis : new double[] {0, 0.5, 2}) {
            subject.relay().roundTripLongerBy(millis);
            System.err.printf(
                    Locale.ROOT,
                    "PING: %.3f ms through the relay at +%s ms%n",
                    Ping.millis(subject.relay().port()),
                    millis);
        }
        subject.relay().roundTripLongerBy(0);
    }

    private void measure(Measurement measurement) throws IOException {
        int cases = measurement.names().size();
        var values = new double[subjects.size()][cases][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int s = 0; s < subjects.size(); s++) {
                var taken = measurement.taking().of(subjects.get(s));
                for (int i = 0; i < cases; i++) {
                    values[s][i][round] = taken[i];
                }
            }
        }
        for (int i = 0; i < cases; i++) {
            var name = measurement.names().get(i);
            for (int s = 0; s < subjects.size(); s++) {
                System.err.println(spread(name, measurement.unit(), subjects.get(s), values[s][i]));
            }
            for (int s = 1; s < subjects.size() && asked(name); s++) {
                System.out.println(
                        new Line(
                                        "request-state",
                                        name,
                                        measurement.unit(),
                                        median(values[0][i]),
                                        median(values[s][i]),
                                        subjects.get(s).name(),
                                        ROUNDS)
                                .json());
            }
        }
    }

    private boolean asked(String name) {
        return wanted.isEmpty() || wanted.contains(name);
    }

    private static String spread(String name, String unit, Subject subject, double[] runs) {
        return String.format(
                Locale.ROOT,
                "%-22s %-56s %9.3f %s  (%.3f to %.3f)",
                name,
                subject.name(),
                median(runs),
                unit,
                DoubleStream.of(runs).min().orElse(0),
                DoubleStream.of(runs).max().orElse(0));
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
