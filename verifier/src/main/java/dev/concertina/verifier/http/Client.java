package dev.concertina.verifier.http;

import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.history.RunClock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Requests to one origin over kept-alive connections. It never sends a request twice, follows no
 * redirect and hides no failure; the JDK's own client does all three on its own account.
 */
public final class Client implements AutoCloseable {
    // Servers close idle connections after 5 s and more; to be earlier avoids the race.
    private static final long IDLE_MAX = Duration.ofSeconds(3).toNanos();

    private final Origin origin;
    private final RunClock clock;
    private final Duration within;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    /**
     * @param within a response that is not complete this long after its request began is late
     */
    public Client(Origin origin, RunClock clock, Duration within) {
        this.origin = origin;
        this.clock = clock;
        this.within = within;
    }

    public Origin origin() {
        return origin;
    }

    public Exchange send(Request request) {
        return send(request, clock.nanos());
    }

    /**
     * @param intended the deadline counts from here
     */
    public Exchange send(Request request, long intended) {
        long started = clock.nanos();
        long deadline = intended + within.toNanos();
        Connection connection;
        try {
            connection = connection(deadline);
        } catch (SocketTimeoutException e) {
            return Exchange.broken(
                    Outcome.TIMEOUT, "no connection in time", started, clock.nanos());
        } catch (IOException e) {
            return Exchange.broken(
                    Outcome.REFUSED, String.valueOf(e.getMessage()), started, clock.nanos());
        }
        var exchange = connection.exchange(request, started, deadline);
        giveBack(connection);
        return exchange;
    }

    /** Closes idle connections, so that the next requests open new ones. */
    public void forget() {
        for (var c = idle.poll(); c != null; c = idle.poll()) {
            c.close();
        }
    }

    @Override
    public void close() {
        forget();
    }

    private Connection connection(long deadline) throws IOException {
        for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (clock.nanos() - kept.idleSince() < IDLE_MAX && !kept.stale()) {
                return kept;
            }
            kept.close();
        }
        return Connection.open(origin, clock, deadline);
    }

    private void giveBack(Connection connection) {
        if (connection.reusable()) {
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }
}
