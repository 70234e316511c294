package dev.concertina.starter.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.app.Browser;
import dev.concertina.starter.app.Instances;
import dev.concertina.starter.session.UserSession;
import dev.concertina.starter.session.UserSessions;
import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;

/** Every request of one user goes to another instance than the one before. */
class SessionLifeTest {
    private static final RedisClient client = RedisClient.create(TestRedis.url());
    private static final StatefulRedisConnection<String, String> redis = client.connect();
    private static Instances instances;

    private static Instances start(int count) {
        return Instances.start(
                LifeApplication.class,
                count,
                "--concertina.redis.url=" + TestRedis.url(),
                "--concertina.redis.namespace=life",
                "--concertina.session.sweep-every=50ms",
                Instances.KEY);
    }

    @BeforeAll
    static void start() {
        instances = start(2);
    }

    @AfterAll
    static void stop() {
        instances.close();
        client.shutdown();
    }

    private static String key(String id) {
        return "life:s:{" + id.substring(0, 4) + "}" + id.substring(4);
    }

    /** Lets a session's time pass, in Redis, whose clock it is. */
    private static void age(String id, Duration time) {
        redis.sync().hincrby(key(id), "~a", -time.toMillis());
        redis.sync()
                .zincrby("life:e:{" + id.substring(0, 4) + "}", (double) -time.toMillis(), key(id));
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static Browser login(String name) {
        var browser = instances.browser();
        var answer = browser.post("/login", Map.of("username", name, "password", "pw"));
        assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/");
        return browser;
    }

    @Test
    void listenersHearWhatARequestDoes() {
        var browser = instances.browser();
        var id = browser.get("/note?text=one").body();
        browser.get("/note?text=two");
        browser.get("/forget");
        browser.get("/note?text=three");
        var next = browser.get("/rotate").body();
        assertThat(next).isNotEqualTo(id);
        browser.get("/end");
        assertThat(LifeApplication.heard(id))
                .containsExactly(
                        "created",
                        "added one",
                        "replaced one",
                        "removed two",
                        "added three",
                        "became " + next);
        assertThat(LifeApplication.heard(next))
                .containsOnlyOnce("destroyed with three", "removed three")
                .containsOnlyOnce("published", "registered");
        assertThat(redis.sync().exists(key(next))).isZero();
    }

    @Test
    void anExpiredSessionIsToldOfOnceWithWhatItHeld() {
        var id = instances.browser().get("/note?text=kept").body();
        age(id, Duration.ofDays(31));
        // It is forgotten after it was told of, and then nobody can tell of it again.
        await(() -> redis.sync().exists(key(id)) == 0);
        assertThat(LifeApplication.heard(id))
                .containsOnlyOnce("created", "destroyed with kept", "published", "registered");
    }

    @Test
    void manyThatExpireAtOnceAreToldOfOnceEach() {
        var ids = new java.util.ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            ids.add(instances.browser().get("/note?text=many").body());
        }
        ids.forEach(id -> age(id, Duration.ofDays(31)));
        await(() -> ids.stream().allMatch(id -> redis.sync().exists(key(id)) == 0));
        assertThat(ids)
                .allSatisfy(id ->
                        assertThat(LifeApplication.heard(id))
                                .containsOnlyOnce("destroyed with many"));
    }

    @Test
    void whatExpiredWhileNobodyRanIsToldOfByWhoComesNext() {
        String id;
        try (var first =
                Instances.start(
                        LifeApplication.class,
                        1,
                        "--concertina.redis.url=" + TestRedis.url(),
                        "--concertina.redis.namespace=later",
                        Instances.KEY)) {
            id = first.browser().get("/note?text=later").body();
        }
        var key = key(id).replace("life:", "later:");
        redis.sync().hincrby(key, "~a", -Duration.ofDays(31).toMillis());
        redis.sync()
                .zincrby(
                        "later:e:{" + id.substring(0, 4) + "}",
                        (double) -Duration.ofDays(31).toMillis(),
                        key);
        assertThat(LifeApplication.heard(id)).containsExactly("created", "added later");
        try (var next =
                Instances.start(
                        LifeApplication.class,
                        1,
                        "--concertina.redis.url=" + TestRedis.url(),
                        "--concertina.redis.namespace=later",
                        "--concertina.session.sweep-every=50ms",
                        Instances.KEY)) {
            assertThat(next.ports()).hasSize(1);
            await(() -> redis.sync().exists(key) == 0);
        }
        assertThat(LifeApplication.heard(id)).containsOnlyOnce("destroyed with later");
    }

    @Test
    void aSessionScopedBeanKeepsItsStateItsServicesAndItsEnd() {
        var browser = instances.browser();
        assertThat(browser.get("/basket").body()).isEqualTo("7");
        assertThat(browser.get("/basket").body()).isEqualTo("14");
        var id = browser.get("/note?text=x").body();
        assertThat(browser.get("/basket").body()).isEqualTo("21");
        browser.get("/end");
        assertThat(LifeApplication.heard(id)).containsOnlyOnce("basket of 3");

        var other = instances.browser();
        other.get("/basket");
        var expiring = other.get("/note?text=x").body();
        age(expiring, Duration.ofDays(31));
        await(() -> redis.sync().exists(key(expiring)) == 0);
        assertThat(LifeApplication.heard(expiring)).containsOnlyOnce("basket of 1");
    }

    @Test
    void aUserIsLoggedOutEverywhere() {
        var mine = login("ada");
        var elsewhere = login("ada");
        var stranger = login("bob");
        var id = mine.get("/me").body();
        var sessions = instances.bean(UserSessions.class);
        assertThat(sessions.of("ada"))
                .extracting(UserSession::id)
                .containsExactlyInAnyOrder(id, elsewhere.get("/me").body());
        assertThat(sessions.end("ada", stranger.get("/me").body()))
                .as("one of somebody else's")
                .isFalse();
        var other = elsewhere.get("/me").body();
        assertThat(sessions.end("ada", other)).isTrue();
        assertThat(elsewhere.get("/me").statusCode()).isEqualTo(302);
        assertThat(elsewhere.get("/me").statusCode()).isEqualTo(302);
        assertThat(LifeApplication.heard(other)).containsOnlyOnce("destroyed with null");
        assertThat(mine.get("/me").body()).isEqualTo(id);
        assertThat(sessions.endAll("ada")).isEqualTo(1);
        assertThat(mine.get("/me").statusCode()).isEqualTo(302);
        assertThat(stranger.get("/me").statusCode()).isEqualTo(200);
    }

    @Test
    void anApplicationMaySayItselfWhoseSessionItIs() {
        var browser = instances.browser();
        var id = browser.get("/call?me=eve").body();
        var sessions = instances.bean(UserSessions.class);
        assertThat(sessions.of("eve")).extracting(UserSession::id).containsExactly(id);
        // A new id is found too, and so is who is said to have it next.
        var next = browser.get("/rotate").body();
        assertThat(sessions.of("eve")).extracting(UserSession::id).containsExactly(next);
        browser.get("/call?me=fay");
        assertThat(sessions.of("eve")).isEmpty();
        assertThat(sessions.of("fay")).extracting(UserSession::id).containsExactly(next);
        browser.get("/call?me=");
        assertThat(sessions.of("fay")).isEmpty();
    }

    @Test
    void limitingTheNumberOfSessionsCostsNoCommandOfItsOwn() throws Exception {
        try (var relay = new CountingRelay(TestRedis.port());
                var one =
                        Instances.start(
                                LifeApplication.class,
                                1,
                                "--concertina.redis.url=" + relay.url(),
                                "--concertina.redis.namespace=counted",
                                Instances.KEY)) {
            var browser = one.browser();
            browser.post("/login", Map.of("username", "single", "password", "pw"));
            browser.get("/me");
            relay.take();
            for (int i = 0; i < 5; i++) {
                assertThat(browser.get("/me").statusCode()).isEqualTo(200);
            }
            assertThat(relay.take()).hasSize(5).containsOnly("EVALSHA");
        }
    }

    @Test
    void theIdThatIsShownIsNoCookie() {
        var browser = login("dora");
        var id = browser.get("/me").body();
        assertThat(browser.cookie("CONCERTINA_SESSION")).isNotEqualTo(id).doesNotContain(id);
        var thief = instances.browser();
        for (var text : new String[] {id, id.replace(':', '.')}) {
            thief.bring("CONCERTINA_SESSION", text);
            assertThat(thief.get("/me").statusCode()).isEqualTo(302);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void springSessionFindsChangesAndEndsThem() {
        var browser = login("cy");
        var id = browser.get("/note?text=found").body();
        var repository =
                (FindByIndexNameSessionRepository<Session>)
                        instances.bean(FindByIndexNameSessionRepository.class);
        var found = repository.findByPrincipalName("cy");
        assertThat(found).containsOnlyKeys(id);
        var session = found.get(id);
        assertThat(session).isNotNull();
        assertThat(session.<String>getAttribute("note")).isEqualTo("found");
        session.setAttribute("note", "changed");
        repository.save(session);
        var again = repository.findById(id);
        assertThat(again).isNotNull();
        assertThat(again.<String>getAttribute("note")).isEqualTo("changed");
        repository.deleteById(id);
        assertThat(repository.findById(id)).isNull();
        assertThat(browser.get("/me").statusCode()).isEqualTo(302);
        assertThat(LifeApplication.heard(id)).containsOnlyOnce("destroyed with changed");
    }

    @Test
    void theNumberOfAUsersSessionsIsLimitedOverAllInstances() {
        var first = login("single");
        assertThat(first.get("/me").statusCode()).isEqualTo(200);
        var second = login("single");
        assertThat(first.get("/me").body()).contains("This session has been expired");
        assertThat(first.get("/me").statusCode()).as("asked to log in again").isEqualTo(302);
        assertThat(second.get("/me").statusCode()).isEqualTo(200);
        var again = second.post("/login", Map.of("username", "single", "password", "pw"));
        assertThat(again.statusCode()).isEqualTo(302);
        assertThat(second.get("/me").statusCode())
                .as("who logs in twice in one session has one")
                .isEqualTo(200);
    }
}
