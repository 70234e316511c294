package dev.concertina.acceptance.gateway;

import dev.concertina.gateway.Origin;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * An origin that closes its connections without saying so before, each at a moment of its own that
 * comes from a seed. It knows how often it executed a request, which is to have read head and body
 * whole, and how many POSTs it began to read and then dropped.
 */
final class ClosingOrigin implements AutoCloseable {
    /** When a connection is closed. */
    enum Close {
        NEVER,
        /** Behind the response to the k-th request, k from 1 to 100. */
        AFTER_REQUESTS,
        /** When no request came for 1 to 50 ms, or for as long as the gateway would still reuse. */
        AFTER_IDLE,
        /** On the first octet of a request behind the k-th, k from 1 to 20. */
        ON_FIRST_OCTET,
        /** One connection in three at once, the others behind up to 100 requests. */
        AFTER_ACCEPT
    }

    /** The gateway's own limits: how long it trusts, and how long it keeps a connection. */
    private static final int[] NEAR_LIMITS = {110, 125, 240, 250, 260, 3900, 4000, 4100};

    private final Close close;
    private final long seed;
    private final Origin origin;
    private final AtomicLong connections = new AtomicLong();
    private final LongAdder closedAtOnce = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    ClosingOrigin(Close close, long seed) {
        this.close = close;
        this.seed = seed;
        this.origin = Origin.with(this::serve);
    }

    /** How long a connection lives, drawn when it is accepted. */
    private record Life(int requests, int idleMillis, boolean takesFirstOctet) {}

    private Life life(SplittableRandom random) {
        return switch (close) {
            case NEVER -> new Life(Integer.MAX_VALUE, 0, false);
            case AFTER_REQUESTS -> new Life(random.nextInt(1, 101), 0, false);
            case AFTER_IDLE -> new Life(Integer.MAX_VALUE, idle(random), false);
            case ON_FIRST_OCTET -> new Life(random.nextInt(1, 21), 0, true);
            case AFTER_ACCEPT ->
                    new Life(random.nextInt(3) == 0 ? 0 : random.nextInt(1, 101), 0, false);
        };
    }

    private static int idle(SplittableRandom random) {
        return random.nextInt(8) == 0
                ? NEAR_LIMITS[random.nextInt(NEAR_LIMITS.length)]
                : random.nextInt(1, 51);
    }

    private void serve(Origin.Connection connection) throws IOException {
        Life life = life(new SplittableRandom(seed + connections.incrementAndGet()));
        if (life.requests == 0) {
            closedAtOnce.increment();
        }
        for (int served = 0; served < life.requests; served++) {
            // Before its first request a connection waits for ever, behind it for its time.
            connection.socket().setSoTimeout(served == 0 ? 0 : life.idleMillis);
            connection.in().mark(1);
            if (connection.in().read() < 0) {
                return;
            }
            connection.in().reset();
            Origin.Request request = connection.next();
            connection.respond(request.path());
        }
        if (life.takesFirstOctet && connection.in().read() == 'P') {
            dropped.increment();
        }
    }

    int port() {
        return origin.port();
    }

    int executed(String path) {
        return origin.seen(path);
    }

    /** Connections closed without a look at what came on them. */
    long closedAtOnce() {
        return closedAtOnce.sum();
    }

    /** POSTs of which it read something, but did not execute them. */
    long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        origin.close();
    }
}
