package dev.concertina.gateway.proxy;

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

    private final Worker worker;
    private final TargetState target;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Set<UpstreamConnection> all = new HashSet<>();

    UpstreamPool(Worker worker, TargetState target) {
        this.worker = worker;
        this.target = target;
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
        if (last == null || (!repeatable && !last.trusted(now))) {
            return null;
        }
        if (last.idleNanos(now) > worker.shared().timeouts().idleUpstream().toNanos()) {
            return null;
        }
        idle.pop();
        return last;
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
        long most = worker.shared().timeouts().idleUpstream().toNanos();
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
