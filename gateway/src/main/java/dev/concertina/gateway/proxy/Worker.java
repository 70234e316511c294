package dev.concertina.gateway.proxy;

import dev.concertina.contract.InstanceId;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.route.Routes;
import dev.concertina.gateway.route.TargetState;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Everything one event loop needs for its requests, used by its thread alone. */
public final class Worker {
    private static final long TICK_MILLIS = 100;
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private final EventLoop loop;
    private final Transport transport;
    private final Shared shared;
    private final Bootstrap bootstrap;
    private final SplittableRandom random;
    private final RequestHead requestHead = new RequestHead();
    private final ResponseHead responseHead = new ResponseHead();
    private final IdentityHashMap<TargetState, UpstreamPool> pools = new IdentityHashMap<>();
    private final Set<ClientConnection> clients = new HashSet<>();
    private final Deadline deadlines = Deadline.list();
    private final RetryBudget budget = new RetryBudget();
    private final ArrayDeque<Exchange> held = new ArrayDeque<>();
    private final List<Flushed> dirty = new ArrayList<>();
    private final byte[] requestId = new byte[32];
    private int ticks;

    public Worker(EventLoop loop, Transport transport, Shared shared, long seed) {
        this.loop = loop;
        this.transport = transport;
        this.shared = shared;
        this.random = new SplittableRandom(seed);
        this.bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(transport.socketChannel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        // A response may wait behind a write that failed.
                        .option(ChannelOption.AUTO_CLOSE, false)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) shared.timeouts().connect().toMillis());
        var _ =
                loop.scheduleWithFixedDelay(
                        this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Runs on this worker's thread. */
    public void execute(Runnable work) {
        loop.execute(work);
    }

    EventLoop loop() {
        return loop;
    }

    Transport transport() {
        return transport;
    }

    Shared shared() {
        return shared;
    }

    Routes routes() {
        return shared.routes();
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    RequestHead requestHead() {
        return requestHead;
    }

    ResponseHead responseHead() {
        return responseHead;
    }

    RetryBudget budget() {
        return budget;
    }

    long now() {
        return System.nanoTime();
    }

    /** A new identity, valid until the next. */
    byte[] newRequestId() {
        hex(random.nextLong(), 0);
        hex(random.nextLong(), 16);
        return requestId;
    }

    private void hex(long value, int at) {
        for (int i = 0; i < 16; i++) {
            requestId[at + i] = HEX[(int) (value >>> (4 * i)) & 15];
        }
    }

    /** A time within the span, by chance, so that many do not act at once. */
    long spread(Duration span) {
        return random.nextLong(Math.max(1, span.toMillis()));
    }

    UpstreamPool pool(TargetState target) {
        UpstreamPool pool = pools.get(target);
        if (pool == null) {
            pool = new UpstreamPool(this, target);
            pools.put(target, pool);
        }
        return pool;
    }

    void opened(ClientConnection client) {
        clients.add(client);
        shared.counters().connections().increment();
    }

    void closed(ClientConnection client) {
        if (clients.remove(client)) {
            shared.counters().connections().decrement();
        }
    }

    void arm(Deadline deadline, Duration in) {
        deadline.arm(deadlines, now() + in.toNanos());
    }

    /** Notes that something was written; it is flushed once when this round of reading ends. */
    void dirty(Flushed written) {
        dirty.add(written);
    }

    void flush() {
        // Flushing may write and so lengthen the list.
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flushNow();
        }
        dirty.clear();
    }

    /** Keeps a request nobody can take now; false when too many wait already. */
    boolean hold(Exchange exchange) {
        if (shared.heldCount().incrementAndGet() > shared.holdMax()) {
            shared.heldCount().decrementAndGet();
            return false;
        }
        held.add(exchange);
        return true;
    }

    void unhold(Exchange exchange) {
        if (held.remove(exchange)) {
            shared.heldCount().decrementAndGet();
        }
    }

    /** Tries again what is held. */
    public void releaseHeld() {
        for (int n = held.size(); n > 0; n--) {
            Exchange exchange = held.poll();
            if (exchange == null) {
                break;
            }
            shared.heldCount().decrementAndGet();
            exchange.attemptAgain();
        }
        flush();
    }

    private void tick() {
        if (!held.isEmpty()) {
            releaseHeld();
        }
        if (++ticks % 5 == 0) {
            deadlines.expire(now());
            pools.values().removeIf(pool -> pool.expireIdle(now()));
        }
        flush();
    }

    /** Asks long-lived streams on the target to end, at times spread over the span. */
    public void soften(TargetState target, Duration span) {
        UpstreamPool pool = pools.get(target);
        if (pool != null) {
            pool.soften(span);
        }
    }

    /** Cuts what still uses the target; returns how many that were. */
    public int cut(TargetState target) {
        UpstreamPool pool = pools.get(target);
        int cut = pool == null ? 0 : pool.cut();
        flush();
        return cut;
    }

    /** Closes every unused connection to the instance. */
    public List<ChannelFuture> closeIdle(InstanceId id) {
        List<ChannelFuture> closing = new ArrayList<>();
        for (UpstreamPool pool : pools.values()) {
            if (pool.target().id().equals(id)) {
                closing.addAll(pool.closeIdle());
            }
        }
        return closing;
    }

    /** Closes every unused connection to a target. */
    public List<ChannelFuture> closeUpstream() {
        List<ChannelFuture> closing = new ArrayList<>();
        for (UpstreamPool pool : pools.values()) {
            closing.addAll(pool.closeIdle());
        }
        return closing;
    }

    /**
     * Lets clients go: unused connections at once, the others after their response. Returns how
     * many.
     */
    public int letGo() {
        List.copyOf(clients).forEach(ClientConnection::letGo);
        return clients.size();
    }

    /** Closes what is left; returns how many that were. */
    public int closeClients() {
        int left = clients.size();
        List.copyOf(clients).forEach(ClientConnection::cut);
        return left;
    }
}
