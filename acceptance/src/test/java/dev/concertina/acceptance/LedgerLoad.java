package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.OpenLoad.Failure;
import dev.concertina.acceptance.OpenLoad.Request;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything at once: GETs and POSTs at a fixed rate, each POST with a path of its own, WebSockets
 * that echo, and event streams. Nobody retries.
 */
final class LedgerLoad implements AutoCloseable {
    private static final int WEB_SOCKETS = 10;
    private static final int EVENT_STREAMS = 5;

    private final LedgerFleet fleet;
    private final OpenLoad requests;
    private final LastingClients lasting;
    private final AtomicLong posts = new AtomicLong();

    LedgerLoad(LedgerFleet fleet, int perSecond) {
        this.fleet = fleet;
        this.requests = OpenLoad.start(fleet.address(), this::request, perSecond);
        this.lasting =
                new LastingClients(
                        URI.create(fleet.address()).getPort(), WEB_SOCKETS, EVENT_STREAMS);
    }

    /** Half of them POSTs; every fifth takes a while. */
    private Request request(long number) {
        String wait = number % 5 == 0 ? "?wait=" + number % 100 : "";
        if (number % 2 == 0) {
            return new Request("GET", "/get" + wait);
        }
        posts.incrementAndGet();
        return new Request("POST", "/post/" + number + wait);
    }

    void awaitMore(int requestsMore) {
        requests.awaitMore(requestsMore);
    }

    /** Ends it, and says what it saw; fails if anybody but a killed instance lost anything. */
    void judge(String what) throws IOException {
        requests.end();
        lasting.end();
        Map<String, List<String>> executed = fleet.executed();
        var excused = new ArrayList<Failure>();
        var failed = new ArrayList<String>();
        for (Failure failure : requests.failed()) {
            if (wasOnKilled(failure, executed)) {
                excused.add(failure);
            } else {
                failed.add(failure.toString());
            }
        }
        List<String> twice =
                executed.entrySet().stream()
                        .filter(e -> e.getValue().size() > 1)
                        .map(Map.Entry::toString)
                        .toList();
        long answered = posts.get() - posts(requests.failed());
        List<String> ends = lasting.wrongEnds(fleet.kills());
        System.out.printf(
                "%s: %d requests (%d POST), failed %d, executed twice %d, kills %d with %d POSTs of"
                        + " theirs lost (%d of them executed); %d WebSocket messages, %d events,"
                        + " ends of streams %s%n",
                what,
                requests.sent(),
                posts.get(),
                failed.size(),
                twice.size(),
                fleet.kills().size(),
                excused.size(),
                excused.stream().filter(f -> executed.containsKey(path(f))).count(),
                lasting.messages(),
                lasting.events(),
                lasting.ends());
        assertThat(failed).as("of %d requests", requests.sent()).isEmpty();
        assertThat(twice).as("executed twice of %d", posts.get()).isEmpty();
        assertThat(ends).isEmpty();
        assertThat((long) executed.size()).isGreaterThanOrEqualTo(answered).isPositive();
        assertThat(lasting.messages()).isPositive();
        assertThat(lasting.events()).isPositive();
    }

    private static long posts(Iterable<Failure> failures) {
        long posts = 0;
        for (Failure failure : failures) {
            posts += failure.request().method().equals("POST") ? 1 : 0;
        }
        return posts;
    }

    private static String path(Failure failure) {
        return failure.request().target().split("\\?")[0];
    }

    /** Not idempotent, under way at the kill, and executed by nobody but the killed one. */
    private boolean wasOnKilled(Failure failure, Map<String, List<String>> executed) {
        if (!failure.request().method().equals("POST")) {
            return false;
        }
        List<String> by = executed.getOrDefault(path(failure), List.of());
        return fleet.kills().stream()
                .anyMatch(k ->
                        failure.sent() <= k.after()
                                && failure.ended() >= k.before()
                                && by.stream().allMatch(k.instance()::equals));
    }

    @Override
    public void close() {
        requests.end();
        lasting.end();
    }
}
