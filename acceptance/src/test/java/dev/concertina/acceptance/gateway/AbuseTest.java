package dev.concertina.acceptance.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Policies;
import dev.concertina.gateway.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever holds connections without using them, or asks for too much, hurts nobody else. */
class AbuseTest {
    private static final Duration PATIENCE_WITH_CLIENTS = Duration.ofSeconds(3);
    private static final int PER_ADDRESS = Scale.of(200, 2000);
    private static final int FOREIGN = 2;

    /** Attackers at a time, so that neither side runs out of file descriptors. */
    private static final int OPEN_MAX = 8000;

    private static final long DRIBBLE_NANOS = 100_000_000;

    private interface Attack {
        String by(Attacker attacker, int number) throws IOException;
    }

    @Test
    void clientsThatDribbleTheirHeadsAreSentAway() throws Exception {
        Map<String, Integer> ends =
                attack(
                        "slow heads",
                        Scale.of(150, 1000),
                        (attacker, number) ->
                                attacker.send("GET / HTTP/1.1\r\nHost: a\r\nX-A: ")
                                        .dribble("abc", DRIBBLE_NANOS));
        assertThat(ends.keySet()).isSubsetOf("408", "closed");
    }

    @Test
    void clientsThatStopWithinABodyAreSentAway() throws Exception {
        Map<String, Integer> ends =
                attack(
                        "slow bodies",
                        Scale.of(150, 1000),
                        (attacker, number) ->
                                attacker.send(
                                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
                                        .answer());
        assertThat(ends.keySet()).containsOnly("408");
    }

    @Test
    void clientsThatSayNothingAreBoundedAndSentAway() throws Exception {
        Map<String, Integer> ends =
                attack("idle", Scale.of(1000, 100_000), (attacker, number) -> attacker.answer());
        assertThat(ends.keySet()).containsOnly("closed");
    }

    @Test
    void headsThatAreTooLargeAreRefused() throws Exception {
        Map<String, Integer> ends =
                attack(
                        "large heads",
                        Scale.of(300, 10_000),
                        (attacker, number) ->
                                attacker.send("GET / HTTP/1.1\r\nHost: a\r\n")
                                        .send(
                                                number % 2 == 0
                                                        ? "X: y\r\n".repeat(2000)
                                                        : "X: " + "y".repeat(70_000) + "\r\n")
                                        .answer());
        assertThat(ends.keySet()).isSubsetOf("431", "closed");
        assertThat(ends.get("431")).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void framesThatCostNothingAreCutOff(Http2Abuse abuse) throws Exception {
        Map<String, Integer> ends =
                attack(abuse.name(), Scale.of(10, 100), (attacker, number) -> abuse.by(attacker));
        assertThat(ends.keySet()).doesNotContain("never cut off");
    }

    /** Attacks with as many connections, and returns how often each of them ended how. */
    private static Map<String, Integer> attack(String name, int connections, Attack attack)
            throws Exception {
        Map<String, Integer> ends;
        try (var origin = Origin.saying("hello");
                var gateway = GatewayProcess.start()) {
            gateway.route(
                    Balance.ROUND_ROBIN,
                    List.of(GatewayProcess.target("a", origin.port())),
                    policies());
            var ordinary = new OrdinaryClients(gateway.port(), 8);
            ordinary.p99(Scale.of(500, 3000));
            Duration quiet = ordinary.p99(Scale.of(500, 3000));
            ends = attackers(gateway.port(), connections, attack);
            Duration during = ordinary.p99();
            ordinary.end();
            Scale.say(
                    ("%s: %d connections ended as %s; ordinary p99 %.1f ms, %.1f of the quiet one,"
                                    + " failed %d")
                            .formatted(
                                    name,
                                    connections,
                                    ends,
                                    during.toNanos() / 1e6,
                                    (double) during.toNanos() / quiet.toNanos(),
                                    ordinary.failures().size()));
            assertThat(ordinary.failures()).isEmpty();
            GatewayProcess.until(
                    "the gateway forgets them", () -> gateway.status().connections() == 0);
        }
        return ends;
    }

    private static Policies policies() {
        Policies usual = Policies.defaults();
        Policies.Timeouts timeouts = usual.timeouts();
        Policies.Bounds bounds = usual.bounds();
        return new Policies(
                new Policies.Timeouts(
                        timeouts.connect(),
                        timeouts.response(),
                        PATIENCE_WITH_CLIENTS,
                        PATIENCE_WITH_CLIENTS,
                        timeouts.send(),
                        timeouts.keepAlive(),
                        timeouts.hold(),
                        timeouts.idleUpstream()),
                new Policies.Bounds(
                        bounds.headBytes(),
                        bounds.headFields(),
                        bounds.bodyBytes(),
                        bounds.connections(),
                        PER_ADDRESS,
                        bounds.held()),
                usual.limits(),
                usual.rules(),
                usual.folders(),
                usual.compression(),
                usual.headers(),
                usual.affinity(),
                usual.slowStart(),
                usual.trustedProxies(),
                usual.quiet(),
                usual.accessLog());
    }

    private static Map<String, Integer> attackers(int port, int connections, Attack attack)
            throws InterruptedException, ExecutionException {
        Map<String, Integer> ends = new TreeMap<>();
        List<Future<String>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                int number = i;
                Callable<String> one =
                        () -> {
                            // Two in three come from one address, the rest from many.
                            int address = number % 3 > 0 ? FOREIGN : FOREIGN + number / 3 % 100;
                            try (Attacker attacker = new Attacker(port, address)) {
                                return attack.by(attacker, number);
                            } catch (IOException refused) {
                                return "closed";
                            }
                        };
                running.add(threads.submit(one));
                if (running.size() == OPEN_MAX) {
                    count(running, ends);
                }
            }
            count(running, ends);
        }
        return ends;
    }

    private static void count(List<Future<String>> running, Map<String, Integer> ends)
            throws InterruptedException, ExecutionException {
        for (Future<String> each : running) {
            ends.merge(each.get(), 1, Integer::sum);
        }
        running.clear();
    }
}
