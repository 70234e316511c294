package dev.concertina.acceptance.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Drained;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Which instance gets a request, and that one that leaves is left in peace. */
abstract class ChoosingSuite extends EngineSuite {
    ChoosingSuite(Engine engine) {
        super(engine);
    }

    private Map<String, Integer> answers(int requests) throws IOException {
        Map<String, Integer> answers = new HashMap<>();
        try (Wire wire = client()) {
            for (int i = 0; i < requests; i++) {
                answers.merge(wire.ask("GET", "/", "", "").body(), 1, Integer::sum);
            }
        }
        return answers;
    }

    @Test
    void roundRobinTakesTurnsByWeight() throws IOException {
        Origin a = origin(Origin.saying("a"));
        Origin b = origin(Origin.saying("b"));
        Target heavy = new Target(id(2), "127.0.0.1", b.port(), "r1", 3, false);
        route(Balance.ROUND_ROBIN, Rules.usual().build(), target(1, a.port()), heavy);
        assertThat(answers(40)).isEqualTo(Map.of("a", 10, "b", 30));
    }

    @Test
    void leastConnectionsAvoidsTheBusyOne() throws IOException {
        CountDownLatch release = new CountDownLatch(1);
        Origin busy =
                origin(
                        new Origin((request, wire) -> {
                            release.await();
                            wire.respond(200, "", "busy");
                            return true;
                        }));
        route(Balance.LEAST_CONNECTIONS, Rules.usual().build(), target(1, busy.port()));
        try (Wire waiting = client()) {
            waiting.write(Wire.request("GET", "/", "", ""));
            await("the busy one has it", () -> !busy.seen().isEmpty());
            Origin free = origin(Origin.saying("free"));
            route(
                    Balance.LEAST_CONNECTIONS,
                    Rules.usual().build(),
                    target(1, busy.port()),
                    target(2, free.port()));
            // nginx counts from a reload on: the first of the new table may go anywhere.
            try (Wire second = client()) {
                second.write(Wire.request("GET", "/", "", ""));
                await("one more is somewhere", () -> busy.seen().size() + free.seen().size() == 2);
                boolean held = busy.seen().size() == 2;
                if (!held) {
                    // Until it is answered the free one is as busy as the other.
                    second.read(false);
                }
                if (held || engine() == Engine.EMBEDDED) {
                    assertThat(answers(5)).isEqualTo(Map.of("free", 5));
                }
                release.countDown();
                if (held) {
                    second.read(false);
                }
            }
            assertThat(waiting.read(false).body()).isEqualTo("busy");
        }
    }

    @Test
    void aBackupServesOnlyWhileNobodyElseCan() throws IOException {
        Origin spare = origin(Origin.saying("spare"));
        Target backup = new Target(id(2), "127.0.0.1", spare.port(), "r1", 1, true);
        Origin usual = origin(Origin.saying("usual"));
        route(Balance.LEAST_CONNECTIONS, Rules.usual().build(), target(1, usual.port()), backup);
        assertThat(answers(10)).isEqualTo(Map.of("usual", 10));
        usual.close();
        assertThat(get("/").body()).isEqualTo("spare");
    }

    @Test
    void aTargetThatRefusesConnectionsCostsNobodyARequest() throws IOException {
        int dead;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = free.getLocalPort();
        }
        Origin live = origin(Origin.saying("live"));
        route(Balance.ROUND_ROBIN, Rules.usual().build(), target(1, dead), target(2, live.port()));
        for (int i = 0; i < 10; i++) {
            assertThat(ask("POST", "/" + i, "", "body").body()).isEqualTo("live");
        }
        assertThat(live.seen()).hasSize(10);
    }

    @Test
    void aPostThatWasReadIsNotSentAgain() throws IOException {
        Origin cutting = origin(new Origin((request, wire) -> false));
        Origin other = origin(new Origin((request, wire) -> false));
        serve(Rules.usual().build(), cutting, other);
        assertThat(ask("POST", "/", "", "body").status()).isEqualTo(502);
        assertThat(cutting.seen().size() + other.seen().size()).isEqualTo(1);
    }

    @Test
    void nothingReachesAnInstanceThatIsDrained() throws IOException {
        CountDownLatch release = new CountDownLatch(1);
        Origin leaving =
                origin(
                        new Origin((request, wire) -> {
                            if (request.target().equals("/slow")) {
                                release.await();
                            }
                            wire.respond(200, "", "leaving");
                            return true;
                        }));
        serve(Rules.usual().build(), leaving);
        Origin staying = origin(Origin.saying("staying"));
        try (Wire slow = client()) {
            slow.write(Wire.request("GET", "/slow", "", ""));
            await("it has begun", () -> !leaving.seen().isEmpty());
            route(Balance.ROUND_ROBIN, Rules.usual().build(), target(2, staying.port()));
            CompletableFuture<Drained> drained =
                    gateway().drain(id(1), AMPLE).toCompletableFuture();
            assertThat(answers(20)).isEqualTo(Map.of("staying", 20));
            assertThat(drained).isNotDone();
            release.countDown();
            assertThat(slow.read(false).body()).isEqualTo("leaving");
            assertThat(get(drained).cut()).isZero();
        }
        await("no connection is left", () -> leaving.held() == 0);
        int before = leaving.seen().size();
        assertThat(answers(20)).isEqualTo(Map.of("staying", 20));
        assertThat(leaving.seen()).hasSize(before);
    }

    @Test
    void whatDoesNotEndInTimeIsCutAndCounted() throws IOException {
        Origin endless =
                origin(
                        new Origin((request, wire) -> {
                            wire.write(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "1\r\na\r\n");
                            wire.read(false);
                            return false;
                        }));
        serve(Rules.usual().build(), endless);
        Origin staying = origin(Origin.saying("staying"));
        try (Wire wire = client()) {
            wire.write(Wire.request("GET", "/", "Accept: text/event-stream\r\n", ""));
            assertThat(wire.head()).contains("200");
            route(Balance.ROUND_ROBIN, Rules.usual().build(), target(2, staying.port()));
            Drained drained = get(gateway().drain(id(1), Duration.ofMillis(500)));
            assertThat(drained.cut()).isEqualTo(1);
            assertThat(drained.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(500));
            await("no connection is left", () -> endless.held() == 0);
        }
        assertThat(get("/").body()).isEqualTo("staying");
    }

    @Test
    void anInstanceStillInTheTableCanBeDrained() throws IOException {
        Origin a = origin(Origin.saying("a"));
        Origin b = origin(Origin.saying("b"));
        serve(Rules.usual().build(), a, b);
        assertThat(get(gateway().drain(id(1), AMPLE)).cut()).isZero();
        await("no connection is left", () -> a.held() == 0);
        assertThat(answers(10)).isEqualTo(Map.of("b", 10));
    }

    @Test
    void theNextFleetProcessTakesOverWithoutADisturbance() throws IOException {
        Origin a = origin(Origin.saying("a"));
        serve(Rules.usual().build(), a);
        long pid = get(gateway().status()).pid();
        try (Wire wire = client()) {
            assertThat(wire.ask("GET", "/", "", "").body()).isEqualTo("a");
            takeOver();
            assertThat(wire.ask("GET", "/", "", "").body()).isEqualTo("a");
        }
        assertThat(get(gateway().status()).pid()).isEqualTo(pid);
        Origin b = origin(Origin.saying("b"));
        serve(Rules.usual().build(), b);
        assertThat(get("/").body()).isEqualTo("b");
    }

    @Test
    void aGatewayThatWasKilledServesAgainOnItsPort() throws IOException {
        Origin a = origin(Origin.saying("a"));
        serve(Rules.usual().build(), a);
        ProcessHandle process = ProcessHandle.of(get(gateway().status()).pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        assertThat(get(gateway().status()).pid()).isNotEqualTo(process.pid());
        assertThat(get("/").body()).isEqualTo("a");
    }

    @Test
    void requestsAreCountedByInstance() throws IOException {
        Origin good = origin(Origin.saying("good"));
        Origin bad =
                origin(
                        new Origin((request, wire) -> {
                            wire.respond(500, "", "bad");
                            return true;
                        }));
        Target first =
                new Target(
                        new dev.concertina.contract.InstanceId("good-1"),
                        "127.0.0.1",
                        good.port(),
                        "r1");
        Target second =
                new Target(
                        new dev.concertina.contract.InstanceId("bad-1"),
                        "127.0.0.1",
                        bad.port(),
                        "r1");
        route(Balance.ROUND_ROBIN, Rules.usual().build(), first, second);
        answers(20);
        await(
                "all are counted",
                () -> sample("good-1").requests() == 10 && sample("bad-1").requests() == 10);
        assertThat(sample("good-1").serverErrors()).isZero();
        assertThat(sample("bad-1").serverErrors()).isEqualTo(10);
        assertThat(sample("bad-1").failures()).isZero();
        await("nothing is under way", () -> sample("good-1").inFlight() == 0);
    }

    private LoadSample sample(String id) {
        return get(gateway().status()).targets().stream()
                .filter(s -> s.id().value().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
