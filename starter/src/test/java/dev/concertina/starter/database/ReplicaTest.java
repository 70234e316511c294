package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.TestReplication;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two instances of an application on a primary and a replica that lags five seconds. */
@Tag("real")
class ReplicaTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LONG =
            Boolean.getBoolean("soak") ? Duration.ofMinutes(10) : Duration.ofSeconds(8);

    private static TestReplication servers;
    private static Served one;
    private static Served other;

    @BeforeAll
    static void start() throws Exception {
        servers = TestReplication.shared();
        execute("create table if not exists counts (name text primary key, count bigint not null)");
        one = run("one");
        other = run("other");
        // The replica has no table yet.
        until(() -> one.get("/read/nobody").body(), answer -> answer.endsWith("replica"));
        until(() -> other.get("/read/nobody").body(), answer -> answer.endsWith("replica"));
    }

    private static Served run(String name) {
        return Served.start(
                DatabaseApplication.class,
                KEY,
                "--spring.application.name=replicas",
                "--concertina.instance.id=" + name,
                "--concertina.redis.url=" + TestRedis.url(),
                "--concertina.redis.timeout=20s",
                "--spring.datasource.url=" + servers.primaryUrl(),
                "--concertina.database.pool=8",
                "--concertina.database.wait=5s",
                "--concertina.database.replicas=" + servers.replicaUrl(),
                "--concertina.database.lag-max=20s",
                "--concertina.database.watch=100ms",
                "--concertina.limit.strict.enabled=false",
                "--management.tracing.export.enabled=false");
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(servers.primaryUrl());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String read(Served instance, String name, String... fields) {
        var answer = instance.get("/read/" + name, fields);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static long count(String answer) {
        return Long.parseLong(answer.split(" ")[0]);
    }

    private static String until(Callable<String> asked, Predicate<String> good) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var answer = asked.call();
            if (good.test(answer)) {
                return answer;
            }
            assertThat(System.nanoTime()).as(answer).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static Optional<String> cookie(HttpResponse<String> answer, String name) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(field -> field.startsWith(name + "="))
                .map(field -> field.substring(0, field.indexOf(';')))
                .findFirst();
    }

    /** Somebody who writes and reads wherever chance leads, and remembers what was answered. */
    private static final class Person {
        private final String name;
        private final Random random;
        private final boolean loggedIn;
        private String cookies = "";
        private long written;

        Person(String name, boolean loggedIn, long seed) {
            this.name = name;
            this.random = new Random(seed);
            this.loggedIn = loggedIn;
        }

        private static Served any(Random random) {
            return random.nextBoolean() ? one : other;
        }

        void login() {
            var answer =
                    one.send(
                            "POST",
                            "/login",
                            "username=" + name + "&password=correct-horse-battery-staple",
                            "Content-Type",
                            "application/x-www-form-urlencoded");
            assertThat(answer.statusCode()).isEqualTo(200);
            // Nothing but the session: the position has to be found by who it is.
            cookies = cookie(answer, "CONCERTINA_SESSION").orElseThrow();
        }

        void write() {
            var answer =
                    any(random)
                            .get(
                                    (random.nextInt(4) == 0 ? "/async/" : "/add/") + name,
                                    "Cookie",
                                    cookies.isEmpty() ? "a=b" : cookies);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            written = count(answer.body());
            if (!loggedIn) {
                cookies = cookie(answer, PositionCookie.NAME).orElseThrow();
            }
        }

        /** Whether the replica answered. */
        boolean read() {
            var answer =
                    ReplicaTest.read(
                            any(random), name, "Cookie", cookies.isEmpty() ? "a=b" : cookies);
            assertThat(count(answer))
                    .as("%s wrote %d and reads %s", name, written, answer)
                    .isGreaterThanOrEqualTo(written);
            return answer.endsWith("replica");
        }
    }

    @Test
    void whoeverWroteNeverReadsOlderDataOnAnyInstance() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var reads = new AtomicInteger();
        var fromReplica = new AtomicInteger();
        var oldForStrangers = new AtomicInteger();
        long end = System.nanoTime() + LONG.toNanos();
        var people = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 12; i++) {
            var person = new Person("p" + i + "-" + seed, i % 2 == 0, random.nextLong());
            people.add(() -> {
                if (person.loggedIn) {
                    person.login();
                }
                while (System.nanoTime() < end) {
                    person.write();
                    for (int n = person.random.nextInt(5); n >= 0; n--) {
                        reads.incrementAndGet();
                        if (person.read()) {
                            fromReplica.incrementAndGet();
                        }
                    }
                    // Who wrote nothing may read what is a little old, and does.
                    if (count(ReplicaTest.read(one, person.name)) < person.written) {
                        oldForStrangers.incrementAndGet();
                    }
                }
                return true;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(people)) {
                assertThat(done.get()).as("seed %d", seed).isTrue();
            }
        }
        System.out.printf(
                "replica lagging %s: %d reads by 12 people who wrote, 0 older; %d reads by"
                        + " strangers were older; seed %d%n",
                TestReplication.DELAY, reads.get(), oldForStrangers.get(), seed);
        assertThat(reads.get()).isGreaterThan(100);
        // Without what carries the position the same read is old: so the replica lags, and is used.
        assertThat(oldForStrangers.get()).isPositive();
        // And whoever wrote long enough ago reads from the replica again.
        var person = new Person("later-" + seed, true, seed);
        person.login();
        person.write();
        assertThat(person.read()).isFalse();
        until(() -> Boolean.toString(person.read()), "true"::equals);
        assertThat(count(read(one, person.name))).isEqualTo(person.written);
    }

    @Test
    void aRequestReadsWhatItWroteItself() {
        var name = "both-" + System.nanoTime();
        for (int i = 1; i <= 5; i++) {
            assertThat(one.get("/both/" + name).body()).isEqualTo(i + " " + i + " primary");
        }
    }

    @Test
    void whoeverOnlyReadsIsToldNothing() {
        assertThat(cookie(one.get("/read/nobody"), PositionCookie.NAME)).isEmpty();
        assertThat(cookie(one.get("/nothing"), PositionCookie.NAME)).isEmpty();
        var wrote = cookie(one.get("/add/somebody"), PositionCookie.NAME);
        assertThat(wrote.orElse("")).matches("CONCERTINA_WRITTEN=[0-9a-f]{16}");
        for (var odd : List.of("x", "f".repeat(16), "", "0".repeat(15))) {
            assertThat(read(one, "nobody", "Cookie", PositionCookie.NAME + "=" + odd))
                    .endsWith("replica");
        }
        // One that nobody gave out leads to the primary, and does no more.
        assertThat(read(one, "nobody", "Cookie", PositionCookie.NAME + "=7" + "f".repeat(15)))
                .endsWith("primary");
    }

    @Test
    void aJobReadsWhatWasWrittenBeforeItBegan() {
        var counts = other.bean(DatabaseApplication.Counts.class);
        var name = "job-" + System.nanoTime();
        one.get("/add/" + name);
        var position = one.bean(Database.class).position();
        assertThat(other.bean(Database.class).after(position, () -> counts.read(name)))
                .isEqualTo("1 primary");
        assertThat(counts.read("nobody")).endsWith("replica");
    }

    @Test
    void withoutTheReplicaReadsGoToThePrimaryAndComeBack() throws Exception {
        servers.stopReplica();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(read(i % 2 == 0 ? one : other, "nobody")).endsWith("primary");
            }
            var health = until(() -> one.get("/health").body(), body -> body.contains("degraded"));
            assertThat(health).contains("\"replicas\"").contains("it does not answer");
            assertThat(health).doesNotContain("password");
            assertThat(one.get("/health/ready").statusCode()).isEqualTo(200);
        } finally {
            servers.startReplica();
        }
        until(() -> read(one, "nobody"), answer -> answer.endsWith("replica"));
        until(() -> one.get("/health").body(), body -> body.contains("\"status\":\"ok\""));
    }

    @Test
    void afterThePrimaryWasRestartedEverythingGoesOn() throws Exception {
        var name = "restart-" + System.nanoTime();
        assertThat(one.get("/add/" + name).body()).isEqualTo("1");
        servers.stopPrimary();
        try {
            assertThat(read(other, "nobody")).endsWith("replica");
            assertThat(one.get("/add/" + name).statusCode()).isGreaterThanOrEqualTo(500);
        } finally {
            servers.startPrimary();
        }
        until(() -> Integer.toString(one.get("/add/" + name).statusCode()), "200"::equals);
        until(() -> Integer.toString(other.get("/add/" + name).statusCode()), "200"::equals);
        until(() -> read(one, "nobody"), answer -> answer.endsWith("replica"));
        var person = new Person(name + "-again", false, 1);
        person.write();
        assertThat(person.read()).isFalse();
    }
}
