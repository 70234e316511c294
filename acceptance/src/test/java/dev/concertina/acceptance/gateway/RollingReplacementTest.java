package dev.concertina.acceptance.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.OpenLoad;
import dev.concertina.contract.Balance;
import dev.concertina.contract.Drained;
import dev.concertina.contract.Policies;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Instances are replaced one by one under every kind of traffic, in the order the fleet keeps: a
 * new one is routed in and the old one out, the old one is drained, then it stops.
 */
class RollingReplacementTest {
    private static final int INSTANCES = 3;
    private static final Duration WITHIN = Duration.ofSeconds(4);

    /** Closes are spread over half of the window. */
    private static final long SPREAD_MILLIS = WITHIN.toMillis() / 2;

    private static final long BIN_MILLIS = 100;

    @Test
    void nobodyNoticesReplacements() throws Exception {
        int replacements = Scale.of(5, 50);
        int sockets = Scale.of(100, 1000);
        Instance.Ledger ledger = new Instance.Ledger();
        Deque<Instance> instances = new ArrayDeque<>();
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(new Instance("i" + i, ledger));
        }
        try (var gateway = GatewayProcess.start();
                var stalls = new Stalls()) {
            route(gateway, instances);
            String address = "http://127.0.0.1:" + gateway.port();
            var load = OpenLoad.start(address, "/", Scale.of(300, 2000));
            var streams = new StreamLoad(gateway.port(), Scale.of(10, 100), 10, ledger);
            var webSockets =
                    new WebSocketLoad(
                            gateway.port(), sockets, Duration.ofMillis(Scale.of(100, 500)), ledger);
            int busiest = 0;
            for (int i = 0; i < replacements; i++) {
                load.awaitMore(100);
                instances.add(new Instance("i" + (INSTANCES + i), ledger));
                busiest = Math.max(busiest, replaceOldest(gateway, instances, webSockets, stalls));
            }
            webSockets.end();
            streams.end();
            load.end();
            Scale.say(
                    ("%d replacements: %d requests, %d slow POSTs, %d messages on %d WebSockets"
                                    + " (at most %d closed in 100 ms), %d streams ended")
                            .formatted(
                                    replacements,
                                    load.sent(),
                                    streams.posts(),
                                    webSockets.messages(),
                                    sockets,
                                    busiest,
                                    streams.streamsEnded()));
            assertThat(load.failures()).isEmpty();
            assertThat(webSockets.failures()).isEmpty();
            assertThat(streams.failures()).isEmpty();
            assertThat(streams.notOnce()).isEmpty();
            assertThat(ledger.faults()).isEmpty();
            assertThat(streams.streamsEnded()).isPositive();
        } finally {
            instances.forEach(Instance::close);
        }
    }

    private static void route(GatewayProcess gateway, Deque<Instance> instances) {
        gateway.route(
                Balance.LEAST_CONNECTIONS,
                instances.stream().map(Instance::target).toList(),
                Policies.defaults());
    }

    /** Returns how many WebSockets were closed in the busiest 100 ms. */
    private static int replaceOldest(
            GatewayProcess gateway,
            Deque<Instance> instances,
            WebSocketLoad webSockets,
            Stalls stalls) {
        Instance oldest = instances.removeFirst();
        route(gateway, instances);
        webSockets.closed();
        stalls.longest();
        long began = System.nanoTime();
        Drained drained = gateway.drain(oldest.id(), WITHIN);
        assertThat(drained.cut()).as("cut of %s", oldest.id()).isZero();
        GatewayProcess.until(
                "no connection to " + oldest.id() + " is left", () -> oldest.connections() == 0);
        oldest.stop();
        List<Long> closed = webSockets.closed();
        Map<Long, Integer> bins =
                closed.stream()
                        .collect(
                                Collectors.toMap(
                                        at -> (at - began) / 1_000_000 / BIN_MILLIS,
                                        _ -> 1,
                                        Integer::sum,
                                        TreeMap::new));
        int busiest = bins.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        // Several times what an even spread gives, for chance; what waits while nothing runs at all
        // comes at once afterwards.
        long stalled = stalls.longest().toMillis();
        long even = closed.size() * (BIN_MILLIS + 2 * stalled) / SPREAD_MILLIS;
        assertThat((long) busiest)
                .as("WebSockets closed per 100 ms: %s, longest stall %d ms", bins, stalled)
                .isLessThanOrEqualTo(6 + 4 * even);
        return busiest;
    }
}
