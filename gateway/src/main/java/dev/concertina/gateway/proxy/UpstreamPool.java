package dev.concertina.gateway.proxy;

import dev.concertina.gateway.observe.InstanceMetrics;
import dev.concertina.gateway.route.TargetState;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop's connections to one target: the unused ones, last used first, and the used. */
final class UpstreamPool {
    private static final int IDLE_MAX = 256;
    private static final int LOOKED_MAX = 16;

    private final Worker worker;
    private final TargetState target;
    private final InstanceMetrics metrics;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Set<UpstreamConnection> all = new HashSet<>();
    private boolean evidenceWanted;

    UpstreamPool(Worker worker, TargetState target) {
        this.worker = worker;
        this.target = target;
        this.metrics = worker.shared().metrics().instance(target.id().value());
    }

    InstanceMetrics metrics() {
        return metrics;
    }

    TargetState target() {
        return target;
    }

    /** A connection that may carry the request, or null when a fresh one is needed. */
    @Nullable UpstreamConnection take(boolean repeatable) {
        long now = worker.now();
        UpstreamConnection last = idle.peek();
        while (last != null && !last.alive()) {
            idle.pop();
            var _ = last.close();
            last = idle.peek();
        }
        if (last == null || last.idleNanos(now) > idleMax()) {
            return null;
        }
        if (repeatable || last.trusted(now)) {
            idle.pop();
            return last;
        }
        return takeTrusted(now);
    }

    /** One that was used less, or longer ago, may be good for what must not be sent twice. */
    private @Nullable UpstreamConnection takeTrusted(long now) {
        evidenceWanted = true;
        int looked = 0;
        for (UpstreamConnection each : idle) {
            if (looked++ == LOOKED_MAX) {
                return null;
            }
            if (each.alive() && each.trusted(now)) {
                idle.remove(each);
                return each;
            }
        }
        return null;
    }

    /** Notes which unused connections are still open, if that was of use lately. */
    void observe(long now) {
        if (evidenceWanted) {
            evidenceWanted = false;
            for (UpstreamConnection each : idle) {
                each.observe(now);
            }
        }
    }

    private long idleMax() {
        return worker.rules().timeouts().idleUpstream().toNanos();
    }

    UpstreamConnection connect(Exchange exchange) {
        UpstreamConnection connection = new UpstreamConnection(worker, this, exchange);
        all.add(connection);
        connection.connect();
        return connection;
    }

    /** Takes back a connection that could carry another request. */
    boolean give(UpstreamConnection connection) {
        if (target.draining() || worker.shared().stopping() || idle.size() >= IDLE_MAX) {
            return false;
        }
        idle.push(connection);
        return true;
    }

    void closed(UpstreamConnection connection) {
        all.remove(connection);
        idle.remove(connection);
    }

    /** Closes what was unused too long; true when nothing is left and the pool can go. */
    boolean expireIdle(long now) {
        long most = idleMax();
        UpstreamConnection oldest = idle.peekLast();
        while (oldest != null && (target.draining() || oldest.idleNanos(now) > most)) {
            idle.pollLast();
            var _ = oldest.close();
            oldest = idle.peekLast();
        }
        return all.isEmpty();
    }

    List<ChannelFuture> closeIdle() {
        List<ChannelFuture> closing = new ArrayList<>();
        for (UpstreamConnection each = idle.poll(); each != null; each = idle.poll()) {
            closing.add(each.close());
        }
        return closing;
    }

    void soften(Duration span) {
        for (UpstreamConnection each : all) {
            Exchange exchange = each.exchange();
            if (exchange != null && exchange.longLived()) {
                var _ =
                        worker.loop()
                                .schedule(
                                        () -> exchange.endSoon(each),
                                        worker.spread(span),
                                        TimeUnit.MILLISECONDS);
            }
        }
    }

    int cut() {
        int cut = 0;
        for (UpstreamConnection each : List.copyOf(all)) {
            Exchange exchange = each.exchange();
            if (exchange != null) {
                exchange.cutAtDeadline();
                cut++;
            }
        }
        return cut;
    }
}
