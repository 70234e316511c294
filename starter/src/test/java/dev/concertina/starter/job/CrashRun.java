package dev.concertina.starter.job;

import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Instances in processes of their own, a sink for effects outside, and somebody who kills. */
final class CrashRun {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration CHAOS_MAX = Duration.ofMinutes(5);

    /**
     * @param every between two faults
     * @param pause how long an instance is stopped
     * @param kills at least
     * @param pauses that many
     * @param throughout whether to go on killing until few jobs are left
     * @param poison whether a job is among them that ends its instance
     */
    record Plan(
            int jobs,
            int instances,
            Duration every,
            Duration pause,
            Duration deadAfter,
            int kills,
            int pauses,
            boolean throughout,
            boolean poison) {}

    /**
     * @param duplicatesOutside effects outside beyond one for each job
     * @param refused those of them that a receiver who looks at fences would not have let in
     */
    record Report(
            long seed,
            int jobs,
            Duration took,
            int kills,
            int pauses,
            int starts,
            long lost,
            long doubled,
            long rolledBack,
            long dead,
            int secondAttempts,
            int duplicatesOutside,
            int refused) {}

    private final Path folder;
    private final Plan plan;
    private final long seed;
    private final Random chance;
    private final JobDatabase database = new JobDatabase(4);
    private final ServerSocket sink;
    private final Map<Long, List<Long>> outside = new ConcurrentHashMap<>();
    private final AtomicInteger secondAttempts = new AtomicInteger();
    private final List<Process> processes = new ArrayList<>();
    private final List<Long> pausedUntil = new ArrayList<>();
    private int starts;
    private int kills;
    private int pauses;
    private volatile boolean open = true;

    CrashRun(Path folder, Plan plan, long seed) throws IOException {
        this.folder = folder;
        this.plan = plan;
        this.seed = seed;
        this.chance = new Random(seed);
        this.sink = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    Report run() throws Exception {
        long began = System.nanoTime();
        try {
            database.prepared(sql -> sql).run(JobApplication.TABLES);
            Thread.ofVirtual().start(this::listen);
            for (int i = 0; i < plan.instances(); i++) {
                processes.add(start(i));
                pausedUntil.add(0L);
            }
            enqueue();
            chaos();
            settle();
            return report(Duration.ofNanos(System.nanoTime() - began));
        } finally {
            end();
        }
    }

    private Process start(int number) throws IOException {
        int start = ++starts;
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx160m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(JobApplication.class.getName());
        command.add("--server.port=0");
        command.add("--spring.main.banner-mode=off");
        command.add("--test.database=" + database.url());
        command.add("--test.pool=8");
        command.add("--test.sink=" + sink.getLocalPort());
        command.add("--concertina.instance.id=i" + number + "-" + start);
        command.add("--concertina.session.store=off");
        command.add("--concertina.job.workers=6");
        command.add("--concertina.job.dead-after=" + plan.deadAfter().toMillis() + "ms");
        command.add("--concertina.job.retry.first=200ms");
        command.add("--concertina.job.retry.max=2s");
        command.add("--concertina.job.attempts=1000");
        command.add("--concertina.job.crashes=1000");
        command.add("--management.tracing.export.enabled=false");
        var log = new File(folder.toFile(), "instance-" + number + "-" + start + ".log");
        var process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private void listen() {
        while (open) {
            try {
                var socket = sink.accept();
                Thread.ofVirtual().start(() -> read(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void read(Socket socket) {
        try (socket;
                var lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var parts = line.split(" ");
                if (parts.length == 3) {
                    note(parts);
                }
            }
        } catch (IOException e) {
            // Whoever is killed breaks off.
        }
    }

    private void note(String[] parts) {
        outside.compute(
                Long.parseLong(parts[0]),
                (number, fences) -> {
                    var all = fences == null ? new ArrayList<Long>() : fences;
                    all.add(Long.parseLong(parts[1]));
                    return all;
                });
        if (Integer.parseInt(parts[2]) > 1) {
            secondAttempts.incrementAndGet();
        }
    }

    /** Half of them at once, so that there is always something; every tenth call is rolled back. */
    private void enqueue() {
        try (var store = store(database.source())) {
            var transaction =
                    new TransactionTemplate(new DataSourceTransactionManager(database.source()));
            for (int from = 0; from < plan.jobs(); from += 100) {
                var jobs = new ArrayList<NewJob>();
                for (int i = from; i < Math.min(from + 100, plan.jobs()); i++) {
                    jobs.add(job("send", "{\"number\":" + i + ",\"millis\":" + millis() + "}"));
                }
                transaction.executeWithoutResult(status -> store.enqueue(jobs));
                if (from % 1000 == 0) {
                    var number = -1 - from;
                    transaction.executeWithoutResult(status -> {
                        store.enqueue(
                                List.of(job("send", "{\"number\":" + number + ",\"millis\":0}")));
                        status.setRollbackOnly();
                    });
                }
            }
            if (plan.poison()) {
                store.enqueue(List.of(job("poison", "{\"number\":0}")));
            }
        }
    }

    private PostgresJobStore store(HikariDataSource source) {
        return new PostgresJobStore(
                source,
                new DataSourceTransactionManager(source),
                source,
                JobSql.WHOLE,
                JobTexts.settings(Map.of()),
                () -> {});
    }

    // Some take long, so that there is always one in the middle of it.
    private int millis() {
        int dice = chance.nextInt(100);
        return dice < 70 ? 0 : dice < 97 ? chance.nextInt(40) : chance.nextInt(800);
    }

    private static NewJob job(String type, String payload) {
        return new NewJob(
                type,
                payload,
                new Job.Due.After(Duration.ZERO),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private void chaos() throws Exception {
        await(
                "the first effects",
                () -> {
                    if (kills == 0 && processes.stream().noneMatch(Process::isAlive)) {
                        throw new AssertionError("no instance lives" + logs());
                    }
                    return outside.size() > 20;
                });
        long end = System.nanoTime() + CHAOS_MAX.toNanos();
        while (kills < plan.kills()
                || pauses < plan.pauses()
                || (plan.throughout()
                        && System.nanoTime() - end < 0
                        && left() > plan.jobs() / 20)) {
            TimeUnit.NANOSECONDS.sleep(
                    (long) (plan.every().toNanos() * (0.5 + chance.nextDouble())));
            revive();
            int victim = chance.nextInt(processes.size());
            if (pausedUntil.get(victim) != 0) {
                continue;
            }
            boolean pause =
                    pauses < plan.pauses()
                            && (kills >= plan.kills() || chance.nextInt(plan.kills()) == 0);
            if (pause) {
                signal("-STOP", victim);
                pausedUntil.set(victim, System.nanoTime() + plan.pause().toNanos());
                pauses++;
            } else {
                processes.get(victim).destroyForcibly().waitFor();
                kills++;
            }
        }
    }

    /** Starts what has ended, and resumes what was paused long enough. */
    private void revive() throws Exception {
        for (int i = 0; i < processes.size(); i++) {
            if (!processes.get(i).isAlive()) {
                processes.set(i, start(i));
                pausedUntil.set(i, 0L);
            } else if (pausedUntil.get(i) != 0 && System.nanoTime() - pausedUntil.get(i) > 0) {
                signal("-CONT", i);
                pausedUntil.set(i, 0L);
            }
        }
    }

    private void signal(String name, int number) throws Exception {
        new ProcessBuilder("kill", name, Long.toString(processes.get(number).pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    private long left() {
        return database.number("select count(*) from concertina_job");
    }

    private void settle() throws Exception {
        for (long all = left(); all > 0; all = left()) {
            long before = all;
            await(
                    "fewer jobs than " + before,
                    () -> {
                        revive();
                        return left() <= before / 2;
                    });
        }
        await(
                "everybody awake",
                () -> {
                    revive();
                    return pausedUntil.stream().allMatch(until -> until == 0);
                });
        // A paused one that wakes late must not add anything.
        for (var process : processes) {
            process.destroy();
        }
        for (var process : processes) {
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos() + plan.pause().toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in time, seed " + seed + ": " + what + logs());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private String logs() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var text = Files.readString(file);
                all.append("\n== ").append(file.getFileName()).append('\n');
                all.append(text, Math.max(0, text.length() - 3000), text.length());
            }
        }
        return all.toString();
    }

    private Report report(Duration took) {
        int duplicates = 0;
        int refused = 0;
        for (var fences : outside.values()) {
            duplicates += fences.size() - 1;
            long highest = 0;
            for (long fence : fences) {
                refused += fence < highest ? 1 : 0;
                highest = Math.max(highest, fence);
            }
        }
        var effects =
                "(select number, count(*) as n from mark where kind = 'send' group by number) e";
        return new Report(
                seed,
                plan.jobs(),
                took,
                kills,
                pauses,
                starts,
                plan.jobs()
                        - database.number("select count(*) from " + effects + " where number >= 0"),
                database.number("select count(*) from " + effects + " where n > 1"),
                database.number("select count(*) from " + effects + " where number < 0"),
                database.number("select count(*) from concertina_job_dead"),
                secondAttempts.get(),
                duplicates,
                refused);
    }

    private void end() throws IOException, InterruptedException {
        open = false;
        for (int i = 0; i < processes.size(); i++) {
            processes.get(i).destroyForcibly().waitFor();
        }
        sink.close();
        database.close();
    }
}
