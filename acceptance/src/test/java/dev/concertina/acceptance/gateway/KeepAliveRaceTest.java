package dev.concertina.acceptance.gateway;

import static dev.concertina.acceptance.gateway.ClosingOrigin.Close.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.gateway.ClosingOrigin.Close;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Origins close connections while the gateway is about to use them. Two of three do; the third is
 * faithful, so that of the three tries a request has, one always succeeds: a GET that fails was
 * given up too early.
 */
class KeepAliveRaceTest {
    private static final int CLIENTS = 24;

    /**
     * Until an instance has closed a used connection unasked for the first time, nobody can know
     * that it does. What is lost then, and while it shows ever shorter lives, is bounded.
     */
    private static final int LEARNING_MAX = 16;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
    void noRequestIsLostThatCouldBeSaved(Close close) throws Exception {
        long seed = Scale.seed("keep-alive race, " + close);
        int requests = Scale.of(4_800, 250_008);
        List<ClosingOrigin> origins =
                List.of(
                        new ClosingOrigin(close, seed),
                        new ClosingOrigin(close, seed + (1L << 32)),
                        new ClosingOrigin(NEVER, seed));
        try (var gateway = GatewayProcess.start()) {
            gateway.route(
                    GatewayProcess.target("a", origins.get(0).port()),
                    GatewayProcess.target("b", origins.get(1).port()),
                    GatewayProcess.target("c", origins.get(2).port()));
            MixedLoad load = new MixedLoad(gateway.port(), CLIENTS, requests, seed);
            load.run();
            long begun = origins.stream().mapToLong(ClosingOrigin::dropped).sum();
            long unread = origins.stream().mapToLong(ClosingOrigin::closedAtOnce).sum();
            Scale.say(
                    "%s: %d POSTs, %d failed; begun by an origin %d, closed at once %d; retried %d"
                            .formatted(
                                    close,
                                    load.posts().size(),
                                    load.failedPosts().size(),
                                    begun,
                                    unread,
                                    gateway.status().retried()));
            assertThat(load.failedGets()).as("GETs that failed with a try left").isEmpty();
            assertThat(twice(load, origins)).as("POSTs executed twice").isEmpty();
            // A fresh connection that closes tells nothing of what was read: nobody may send such
            // a POST again, and nobody could have known.
            assertThat((long) load.failedPosts().size())
                    .as("POSTs that failed: %s", load.failedPosts())
                    .isLessThanOrEqualTo(begun + unread + LEARNING_MAX);
        } finally {
            origins.forEach(ClosingOrigin::close);
        }
    }

    private static List<String> twice(MixedLoad load, List<ClosingOrigin> origins) {
        List<String> twice = new ArrayList<>();
        for (String path : load.posts()) {
            if (origins.stream().mapToInt(origin -> origin.executed(path)).sum() > 1) {
                twice.add(path);
            }
        }
        return twice;
    }
}
