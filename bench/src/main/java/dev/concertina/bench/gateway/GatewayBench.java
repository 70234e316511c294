package dev.concertina.bench.gateway;

import dev.concertina.bench.Line;
import dev.concertina.bench.Ports;
import dev.concertina.bench.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code gateway}: runs our gateway and the installed peers in turn before the same instances, each
 * with one worker, and prints the lines.
 */
public final class GatewayBench {
    private static final String NAME = "gateway";
    private static final int ORIGINS = 100;
    private static final int ROUNDS = 3;
    private static final int START_SECONDS = 30;

    private final List<Subject> subjects;
    private final Load load;

    private GatewayBench(List<Subject> subjects, Load load) {
        this.subjects = subjects;
        this.load = load;
    }

    /**
     * @param arguments a folder for logs and configurations, then names of cases; none: all
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        List<String> wanted = List.of(arguments).subList(1, arguments.length);
        List<Case> cases =
                Case.all().stream()
                        .filter(one -> wanted.isEmpty() || wanted.contains(one.name()))
                        .toList();
        Optional<Path> nginx = Program.find("nginx");
        Optional<Path> wrk = Program.find("wrk");
        Optional<Path> h2load = Program.find("h2load");
        if (cases.isEmpty() || nginx.isEmpty() || wrk.isEmpty() || h2load.isEmpty()) {
            System.err.println(
                    cases.isEmpty()
                            ? "no such case. They are "
                                    + Case.all().stream().map(Case::name).toList()
                            : "nginx, wrk and h2load are needed. Install nginx, wrk and"
                                    + " nghttp2-client.");
            System.exit(2);
        }
        List<Integer> origins = Ports.free(ORIGINS);
        List<Subject> subjects = new ArrayList<>();
        try (Program origin =
                Origin.start(
                        nginx.get(), Files.createDirectories(folder.resolve("origin")), origins)) {
            subjects.add(Ours.start(folder, origins));
            subjects.addAll(Peers.start(folder, origins));
            var bench = new GatewayBench(subjects, new Load(wrk.get(), h2load.get(), folder));
            bench.run(origin, origins, cases);
        } finally {
            subjects.forEach(Subject::close);
        }
        System.exit(0);
    }

    private void run(Program origin, List<Integer> origins, List<Case> cases)
            throws IOException, InterruptedException {
        await(origin, origins.getFirst());
        for (Subject subject : subjects) {
            for (int upstreams : new int[] {1, 3, 100}) {
                awaitSubject(subject, upstreams);
            }
        }
        warm(cases);
        for (Case one : cases) {
            measure(one);
        }
    }

    private static void awaitSubject(Subject subject, int upstreams)
            throws IOException, InterruptedException {
        IOException last = null;
        for (int i = 0; i < START_SECONDS * 10 && subject.program().isAlive(); i++) {
            try {
                await(subject.program(), subject.port(upstreams, Protocol.HTTP_1));
                return;
            } catch (IOException notYet) {
                last = notYet;
                Thread.sleep(100);
            }
        }
        throw new IOException(subject.name() + " does not start; see its log", last);
    }

    private static void await(Program program, int port) throws IOException, InterruptedException {
        for (int i = 0; i < START_SECONDS * 10; i++) {
            if (Ports.answers(port)) {
                return;
            }
            if (!program.isAlive()) {
                break;
            }
            Thread.sleep(100);
        }
        throw new IOException("nobody listens on port " + port + "; see the logs");
    }

    /** Until what is compiled while running is compiled; for the others a moment is enough. */
    private void warm(List<Case> cases) throws IOException {
        for (int i = 0; i < 2; i++) {
            for (Case one : cases) {
                if (!one.unit().equals("MiB")) {
                    value(one, subjects.getFirst());
                }
            }
        }
        Subject ours = subjects.getFirst();
        load.http1(ours.port(1, Protocol.HTTP_1), "/90", 8);
        load.http1(ours.port(1, Protocol.HTTP_1), "/16k", 4);
        for (Subject subject : subjects) {
            load.http1(subject.port(1, Protocol.HTTP_1), "/90", 2);
        }
    }

    private void measure(Case one) throws IOException {
        Map<Subject, double[]> values = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Subject subject : subjects) {
                Double value = one.concerns(subject) ? value(one, subject) : null;
                if (value != null) {
                    values.computeIfAbsent(subject, first -> new double[ROUNDS])[round] = value;
                }
            }
        }
        values.forEach((subject, runs) -> System.err.println(spread(one, subject, runs)));
        double[] ours = values.remove(subjects.getFirst());
        if (ours != null) {
            values.forEach((peer, runs) ->
                    System.out.println(
                            new Line(
                                            NAME,
                                            one.name(),
                                            one.unit(),
                                            median(ours),
                                            median(runs),
                                            peer.name(),
                                            ROUNDS)
                                    .json()));
        }
    }

    private @Nullable Double value(Case one, Subject subject) {
        try {
            return one.measure().of(subject, load);
        } catch (IOException e) {
            System.err.println(one.name() + ", " + subject.name() + ": " + e.getMessage());
            return null;
        }
    }

    private static String spread(Case one, Subject subject, double[] runs) {
        return String.format(
                Locale.ROOT,
                "%-20s %-16s %8.2f %s  (%.2f to %.2f)",
                one.name(),
                subject.name(),
                median(runs),
                one.unit(),
                DoubleStream.of(runs).min().orElse(0),
                DoubleStream.of(runs).max().orElse(0));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
