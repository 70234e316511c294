package dev.concertina.starter.cache;

import dev.concertina.starter.testing.FaultyRelay;
import dev.concertina.starter.testing.RedisProcess;
import dev.concertina.starter.testing.TestCluster;
import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.TestSentinels;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Three instances in processes of their own, each behind a relay of its own, a Redis and one that
 * follows it; and what befalls them, in an order drawn from a seed.
 */
public final class CoherenceRun implements AutoCloseable {
    private static final int INSTANCES = 3;
    private static final int THREADS = 4;
    private static final int KEYS = 400;

    /** What befalls them. */
    public enum Trouble {
        /** Redis breaks off all connections. */
        CLIENTS_KILLED,
        /** All connections of one instance break. */
        LINK_CUT,
        /**
         * A relay stops forwarding without breaking off, and forwards what it has seconds later.
         */
        HALF_OPEN_THEN_LATE,
        /** A relay stops forwarding for good; new connections get through. */
        HALF_OPEN,
        /** An instance is stopped (SIGSTOP) and goes on. */
        INSTANCE_PAUSED,
        /** No requests come to an instance, so that it hears of nothing. */
        NO_REQUESTS,
        /** Redis is stopped and goes on. */
        REDIS_PAUSED,
        /** Redis is killed and starts again from a copy that lacks the last it acknowledged. */
        REDIS_RESTARTED,
        /** Redis is killed; a replica that lacks the last it acknowledged takes over. */
        FAILED_OVER,
        /** Everything in Redis is removed. */
        FLUSHED,
        /**
         * The primary is killed, and Sentinels choose a replica that lacks the last it
         * acknowledged. Instances are then told by Sentinels where Redis is, and have no relays.
         */
        SENTINELS_CHOSE;

        private static final Set<Trouble> AT_RELAYS =
                EnumSet.of(
                        LINK_CUT,
                        HALF_OPEN_THEN_LATE,
                        HALF_OPEN,
                        REDIS_PAUSED,
                        REDIS_RESTARTED,
                        FAILED_OVER);

        /** Those that can befall instances behind relays. */
        public static Set<Trouble> behindRelays() {
            return EnumSet.complementOf(EnumSet.of(SENTINELS_CHOSE));
        }

        /** Those that can befall instances that Sentinels tell where Redis is. */
        public static Set<Trouble> behindSentinels() {
            return EnumSet.complementOf(EnumSet.copyOf(AT_RELAYS));
        }
    }

    /**
     * How long, and with what.
     *
     * @param cache class of the {@link CheckedCache}
     * @param fault the guard that is missing, or empty
     * @param operations to check at least
     * @param troubles each at least once, and again while operations are missing
     * @param untilStale whether to end when an old value was read
     */
    public record Plan(
            String cache,
            String fault,
            long operations,
            Set<Trouble> troubles,
            boolean untilStale,
            long seed) {}

    /**
     * What happened.
     *
     * @param checked reads that were checked; of these
     * @param near answered by the instance itself
     * @param far answered by Redis
     * @param outside outside requests
     * @param stale that were older than they had to be
     * @param writes acknowledged
     * @param unanswered reads and writes that failed
     * @param evidence the first old values
     */
    public record Outcome(
            long checked,
            long requests,
            long near,
            long far,
            long loaded,
            long outside,
            long stale,
            long writes,
            long unanswered,
            Map<Trouble, Integer> troubles,
            List<String> evidence) {
        @Override
        public String toString() {
            return ("%,d reads checked in %,d requests and %,d outside: %,d near, %,d far, %,d loaded;"
                            + " %,d writes acknowledged, %,d calls failed; %s; %,d old values")
                    .formatted(
                            checked,
                            requests,
                            outside,
                            near,
                            far,
                            loaded,
                            writes,
                            unanswered,
                            troubles,
                            stale);
        }
    }

    private final Plan plan;
    private final Random random;
    private final Path folder;
    private final Board board;
    private final RedisClient client = RedisClient.create();
    private final List<FaultyRelay> relays = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch ready = new CountDownLatch(INSTANCES);
    private final List<Thread> readers = new ArrayList<>();
    private final Map<Trouble, Integer> happened = new EnumMap<>(Trouble.class);
    private final Optional<TestSentinels> sentinels;
    private RedisProcess primary;
    private RedisProcess replica;

    private CoherenceRun(Plan plan) throws Exception {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.folder = Files.createTempDirectory("concertina-coherence");
        this.board = Board.open(folder.resolve("board"), KEYS);
        this.sentinels =
                plan.troubles().contains(Trouble.SENTINELS_CHOSE)
                        ? Optional.of(new TestSentinels())
                        : Optional.empty();
        if (sentinels.isPresent()) {
            this.primary = sentinels.get().server(0);
            this.replica = sentinels.get().server(1);
        } else {
            this.primary = redis();
            this.replica = redis();
            follow();
        }
    }

    /** Runs it and prints what it was. */
    public static Outcome run(Plan plan) throws Exception {
        System.out.printf(
                "cache coherence, %s: seed %d, repeat with -Dseed=%d%n",
                plan.fault().isEmpty() ? plan.cache() : plan.fault(), plan.seed(), plan.seed());
        try (var run = new CoherenceRun(plan)) {
            var outcome = run.go();
            System.out.println(outcome);
            outcome.evidence().forEach(System.out::println);
            return outcome;
        }
    }

    private RedisProcess redis() throws Exception {
        var settings =
                Stream.concat(
                        Stream.of("save \"\"", "repl-diskless-sync-delay 0"),
                        // Without its name a server cannot be told from the one before it.
                        plan.fault().equals(Fault.NO_SERVER_NAME.name())
                                ? Stream.of("user default on nopass ~* &* +@all -info")
                                : Stream.of());
        return new RedisProcess(TestRedis.freePort(), settings.toArray(String[]::new)).ready();
    }

    private Outcome go() throws Exception {
        for (int i = 0; i < INSTANCES; i++) {
            if (sentinels.isEmpty()) {
                relays.add(new FaultyRelay(primary.port()));
            }
            start(i);
        }
        if (!ready.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("an instance did not start: " + output);
        }
        pass(500);
        do {
            var troubles = new ArrayList<>(plan.troubles());
            Collections.shuffle(troubles, random);
            for (var trouble : troubles) {
                if (over() || whole()) {
                    break;
                }
                befall(trouble);
                happened.merge(trouble, 1, Integer::sum);
                pass(150);
            }
        } while (!over() && !whole());
        board.stop();
        for (var process : processes) {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("an instance does not end: " + output);
            }
        }
        for (var reader : readers) {
            reader.join();
        }
        return outcome();
    }

    private boolean whole() {
        return board.checked() >= plan.operations()
                && happened.keySet().containsAll(plan.troubles());
    }

    private boolean over() {
        return plan.untilStale() && board.staleReads() > 0;
    }

    private Outcome outcome() {
        var sums = CheckedInstance.sum(output);
        return new Outcome(
                board.checked(),
                sums[0],
                sums[2],
                sums[3],
                sums[4],
                sums[1],
                board.staleReads(),
                sums[5],
                sums[6],
                happened,
                output.stream().filter(line -> line.startsWith("STALE")).limit(10).toList());
    }

    private void start(int instance) throws IOException {
        // Libraries that log to stdout would be most of the work.
        var logging = folder.resolve("logback.xml");
        Files.writeString(logging, "<configuration><root level=\"OFF\"/></configuration>");
        var classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        // A short run would be over before the better compiler has paid for itself.
        var compiler = plan.operations() > 5_000_000 ? 4 : 1;
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=" + compiler,
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-Dlogback.configurationFile=" + logging,
                                "-cp",
                                classPath,
                                CheckedInstance.class.getName(),
                                plan.cache(),
                                sentinels
                                        .map(TestSentinels::url)
                                        .orElseGet(() ->
                                                "redis://127.0.0.1:" + relays.get(instance).port()),
                                "coherence",
                                plan.fault(),
                                folder.resolve("board").toString(),
                                Integer.toString(KEYS),
                                Integer.toString(instance),
                                Integer.toString(THREADS),
                                Long.toString(plan.seed()))
                        .redirectErrorStream(true)
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        processes.add(process);
        readers.add(Thread.ofVirtual().start(() -> read(process)));
    }

    private void read(Process process) {
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("READY")) {
                    ready.countDown();
                } else {
                    output.add(line);
                }
            }
        } catch (IOException e) {
            output.add("unreadable: " + e.getMessage());
        }
    }

    /** Lets the run go on for so long, or until it is over. */
    private void pass(long millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (System.nanoTime() - end < 0 && !over()) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void befall(Trouble trouble) throws Exception {
        int victim = random.nextInt(INSTANCES);
        switch (trouble) {
            case CLIENTS_KILLED ->
                    ask(primary, redis -> redis.clientKill(KillArgs.Builder.typeNormal()));
            case LINK_CUT -> {
                var relay = relays.get(victim);
                for (int i = 0; i < 10; i++) {
                    relay.cut();
                    pass(50 + random.nextInt(100));
                }
            }
            case HALF_OPEN_THEN_LATE -> {
                var relay = relays.get(victim);
                for (int i = 0; i < 2; i++) {
                    relay.hold();
                    pass(700 + random.nextInt(300));
                    relay.release();
                    pass(150);
                }
            }
            case HALF_OPEN -> {
                var relay = relays.get(victim);
                relay.hold();
                pass(random.nextInt(300));
                relay.abandon();
                pass(1200);
                relay.cut();
            }
            case INSTANCE_PAUSED -> {
                signal(processes.get(victim), "STOP");
                pass(1100 + random.nextInt(400));
                signal(processes.get(victim), "CONT");
            }
            case NO_REQUESTS -> {
                board.idle(victim);
                pass(1700);
                board.idle(-1);
            }
            case REDIS_PAUSED -> {
                primary.pause();
                pass(300 + random.nextInt(700));
                primary.resume();
            }
            case REDIS_RESTARTED -> {
                ask(primary, RedisCommands::save);
                pass(300);
                primary.kill();
                pass(random.nextInt(200));
                primary.restart();
                primary.ready();
                follow();
                pass(300);
            }
            case FAILED_OVER -> {
                ask(replica, RedisCommands::replicaofNoOne);
                pass(300);
                primary.kill();
                for (var each : relays) {
                    each.lead(replica.port());
                }
                var gone = primary;
                primary = replica;
                replica = gone;
                replica.restart();
                replica.ready();
                follow();
                pass(300);
            }
            case FLUSHED -> ask(primary, RedisCommands::flushall);
            case SENTINELS_CHOSE -> chosen(sentinels.orElseThrow());
        }
    }

    private void chosen(TestSentinels by) throws Exception {
        int before = by.primary();
        var gone = by.server(before);
        primary = by.server(1 - before);
        // It still counts as a replica, of a server that is away.
        ask(primary, redis -> redis.replicaof("127.0.0.1", 1));
        pass(300);
        gone.kill();
        TestCluster.await(() -> by.primary() != before);
        pass(1000);
        gone.restart();
        gone.ready();
        by.follows(before);
    }

    private void follow() {
        ask(replica, redis -> redis.replicaof("127.0.0.1", primary.port()));
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!ask(replica, redis -> redis.role().toString()).contains("connected")) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the replica does not follow");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void signal(Process process, String name) throws Exception {
        int ended =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
        if (ended != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + ended);
        }
    }

    private <T> T ask(RedisProcess server, Function<RedisCommands<String, String>, T> what) {
        var uri = RedisURI.create("127.0.0.1", server.port());
        for (int attempt = 0; ; attempt++) {
            try (var connection = client.connect(uri)) {
                return what.apply(connection.sync());
            } catch (RedisException e) {
                // Whoever has all connections killed is killed too.
                if (attempt == 5) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroyForcibly);
        for (var relay : relays) {
            relay.close();
        }
        client.shutdown(0, 1, TimeUnit.SECONDS);
        if (sentinels.isPresent()) {
            sentinels.get().close();
        } else {
            primary.close();
            replica.close();
        }
        try (var files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        }
    }
}
