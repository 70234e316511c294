package dev.concertina.bench.jobs;

import dev.concertina.bench.Line;
import dev.concertina.bench.Ports;
import dev.concertina.bench.Silence;
import dev.concertina.starter.testing.RedisProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * {@code jobs}: ours, db-scheduler and BullMQ do the same jobs in turn, ten at a time each. Ours
 * runs each job in a transaction with its end; the others end it afterwards.
 */
public final class JobsBench {
    private static final int ROUNDS = 3;
    private static final int MANY = 20_000;
    private static final int FEW = 300;
    private static final int WARM = 2;
    private static final String THROUGHPUT = "throughput";
    private static final String ELSEWHERE = "enqueue to start p50, elsewhere";

    /** One thing to be asked of each. */
    private record Case(String name, String what, String peersWhat, String unit, boolean latency) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(THROUGHPUT, "plain", "plain", "jobs/s", false),
                    new Case(
                            THROUGHPUT + ", without transaction",
                            "outside",
                            "plain",
                            "jobs/s",
                            false),
                    new Case(
                            THROUGHPUT + ", effect in the database",
                            "effect",
                            "effect",
                            "jobs/s",
                            false),
                    new Case("enqueue to start p50", "latency", "latency", "ms", true));

    private static final String CPU = "cpu/job";
    private static final String SERVER_CPU = "PostgreSQL cpu/job";
    private static final String WAL = "WAL/job";

    private final Server server;
    private final List<Subject> subjects;
    private final List<String> wanted;

    private JobsBench(Server server, List<Subject> subjects, List<String> wanted) {
        this.server = server;
        this.subjects = subjects;
        this.wanted = wanted;
    }

    /**
     * @param arguments class path of db-scheduler's side, folder of BullMQ's or empty text, folder
     *     for logs, then names of cases; none: all
     */
    public static void main(String[] arguments) throws Exception {
        var logs = Files.createDirectories(Path.of(arguments[2]));
        Silence.here(logs);
        var wanted = List.of(arguments).subList(3, arguments.length);
        var names = new ArrayList<>(CASES.stream().map(Case::name).toList());
        names.addAll(List.of(CPU, SERVER_CPU, WAL, ELSEWHERE));
        if (!names.containsAll(wanted)) {
            System.err.println("no such case. They are " + names);
            System.exit(2);
        }
        var subjects = new ArrayList<Subject>();
        try (var postgres = postgres();
                var redis = new RedisProcess(Ports.free(1).getFirst(), "save ''")) {
            var url = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/";
            subjects.add(ours(postgres, url, logs));
            subjects.add(dbScheduler(postgres, url, arguments[0], logs));
            if (!arguments[1].isEmpty()) {
                subjects.add(
                        Subject.start(
                                "BullMQ " + bullmq(Path.of(arguments[1])),
                                false,
                                logs.resolve("bullmq.log"),
                                List.of(
                                        "node",
                                        arguments[1] + "/peer.js",
                                        Integer.toString(redis.port()))));
            }
            new JobsBench(new Server(postgres), subjects, wanted).run();
            if (wanted.isEmpty() || wanted.contains(ELSEWHERE)) {
                try (var asking =
                        Subject.start(
                                "Concertina, asking",
                                true,
                                logs.resolve("asking.log"),
                                java(
                                        System.getProperty("java.class.path"),
                                        Ours.class.getName(),
                                        url + "ours?user=postgres",
                                        "--concertina.job.workers=0"))) {
                    distant(asking, subjects.getFirst());
                }
            }
        } finally {
            subjects.forEach(Subject::close);
        }
        System.exit(0);
    }

    // As durable as a fresh server is; a commit waits for the disc.
    private static EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_connections", "60")
                .start();
    }

    private static String database(EmbeddedPostgres postgres, String url, String name)
            throws Exception {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return url + name + "?user=postgres";
    }

    private static Subject ours(EmbeddedPostgres postgres, String url, Path logs) throws Exception {
        return Subject.start(
                "Concertina",
                true,
                logs.resolve("ours.log"),
                java(
                        System.getProperty("java.class.path"),
                        Ours.class.getName(),
                        database(postgres, url, "ours")));
    }

    private static Subject dbScheduler(
            EmbeddedPostgres postgres, String url, String classPath, Path logs) throws Exception {
        return Subject.start(
                "db-scheduler " + version(classPath),
                true,
                logs.resolve("db-scheduler.log"),
                java(classPath, "peer.Peer", database(postgres, url, "peer")));
    }

    private static List<String> java(String classPath, String main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", classPath, main));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Nobody to compare with: an instance that does not work enqueues, another takes it. */
    private static void distant(Subject asking, Subject doing) {
        for (int round = 0; round <= ROUNDS; round++) {
            doing.ask("arrive", FEW);
            asking.ask("send", FEW);
            double median = doing.ask("arrived", FEW);
            System.err.printf(
                    Locale.ROOT,
                    "%-36s %-24s %10.2f ms%s%n",
                    ELSEWHERE,
                    doing.name(),
                    median,
                    round == 0 ? " (warming)" : "");
        }
    }

    private static String version(String classPath) {
        return classPath.replaceAll(".*/db-scheduler-([0-9.]+)\\.jar.*", "$1");
    }

    private static String bullmq(Path folder) throws IOException {
        return Files.readString(folder.resolve("node_modules/bullmq/package.json"))
                .replaceAll("(?s).*\"version\":\\s*\"([^\"]+)\".*", "$1");
    }

    private void run() throws SQLException, InterruptedException {
        for (var subject : subjects) {
            System.err.println("warming " + subject.name() + " …");
            for (int again = 0; again < WARM; again++) {
                for (var one : CASES) {
                    subject.ask(what(one, subject), one.latency() ? FEW : MANY);
                }
            }
        }
        for (var one : CASES) {
            boolean counted =
                    one.name().equals(CASES.getFirst().name())
                            && Stream.of(CPU, SERVER_CPU, WAL).anyMatch(wanted::contains);
            if (wanted.isEmpty() || wanted.contains(one.name()) || counted) {
                measure(one);
            }
        }
    }

    private String what(Case one, Subject subject) {
        return subject == subjects.getFirst() ? one.what() : one.peersWhat();
    }

    private void measure(Case one) throws SQLException, InterruptedException {
        var values = new double[subjects.size()][ROUNDS];
        var cpus = new double[subjects.size()][ROUNDS];
        var serverCpus = new double[subjects.size()][ROUNDS];
        var wal = new double[subjects.size()][ROUNDS];
        int count = one.latency() ? FEW : MANY;
        for (int round = 0; round < ROUNDS; round++) {
            for (int s = 0; s < subjects.size(); s++) {
                var subject = subjects.get(s);
                server.settle();
                double before = subject.cpuSeconds();
                var serverBefore = server.done();
                double answer = subject.ask(what(one, subject), count);
                var done = server.done().since(serverBefore);
                boolean did = !Double.isNaN(answer);
                cpus[s][round] = did ? (subject.cpuSeconds() - before) / count * 1e6 : Double.NaN;
                boolean there = did && subject.isOnPostgres();
                serverCpus[s][round] = there ? done.cpuSeconds() / count * 1e6 : Double.NaN;
                wal[s][round] = there ? (double) done.walBytes() / count : Double.NaN;
                values[s][round] = one.latency() ? answer : count / answer;
            }
        }
        print(one.name(), one.unit(), values);
        if (!one.latency()) {
            var suffix = one.name().substring(THROUGHPUT.length());
            print(CPU + suffix, "us/job", cpus);
            print(SERVER_CPU + suffix, "us/job", serverCpus);
            print(WAL + suffix, "B/job", wal);
        }
    }

    private void print(String name, String unit, double[][] values) {
        for (int s = 0; s < subjects.size(); s++) {
            System.err.printf(
                    Locale.ROOT,
                    "%-36s %-24s %10.2f %s  (%.2f to %.2f)%n",
                    name,
                    subjects.get(s).name(),
                    median(values[s]),
                    unit,
                    DoubleStream.of(values[s]).min().orElse(0),
                    DoubleStream.of(values[s]).max().orElse(0));
        }
        for (int s = 1; s < subjects.size(); s++) {
            if (!Double.isNaN(values[s][0])) {
                System.out.println(
                        new Line(
                                        "jobs",
                                        name,
                                        unit,
                                        median(values[0]),
                                        median(values[s]),
                                        subjects.get(s).name(),
                                        ROUNDS)
                                .json());
            }
        }
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
