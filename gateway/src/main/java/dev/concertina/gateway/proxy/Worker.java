package dev.concertina.gateway.proxy;

import dev.concertina.contract.InstanceId;
import dev.concertina.gateway.content.BodyEncoders;
import dev.concertina.gateway.content.Compressibility;
import dev.concertina.gateway.content.StaticFiles;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.route.Routes;
import dev.concertina.gateway.route.TargetState;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
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
    private final Set<Client> clients = new HashSet<>();
    private final Admission admission;
    private final Compressibility compressibility = new Compressibility();
    private final BodyEncoders encoders;
    private final StaticFiles files;
    private final List<Compressor> lagging = new ArrayList<>();
    private final Deadline deadlines = Deadline.list();
    private final RetryBudget budget = new RetryBudget();
    private final ArrayDeque<Exchange> held = new ArrayDeque<>();
    private final List<Flushed> dirty = new ArrayList<>();
    private final byte[] requestId = new byte[32];
    private boolean flushing;
    private int ticks;

    public Worker(EventLoop loop, Transport transport, Shared shared, long seed) {
        this.loop = loop;
        this.transport = transport;
        this.shared = shared;
        this.random = new SplittableRandom(seed);
        this.admission = new Admission(this);
        this.encoders = new BodyEncoders(PooledByteBufAllocator.DEFAULT);
        this.files = new StaticFiles(loop, shared.disc());
        this.bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(transport.socketChannel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        // A response may wait behind a write that failed.
                        .option(ChannelOption.AUTO_CLOSE, false);
        var _ =
                loop.scheduleWithFixedDelay(
                        this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Runs on this worker's thread. */
    public void execute(Runnable work) {
        loop.execute(work);
    }

    /** The loop that all of this belongs to. */
    public EventLoop loop() {
        return loop;
    }

    Transport transport() {
        return transport;
    }

    public Shared shared() {
        return shared;
    }

    /** The rules of the table at this moment. */
    public Rules rules() {
        return shared.plan().rules();
    }

    Routes routes() {
        return shared.routes();
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    /**
     * The parser of request heads, made ready for one of this peer. What it has read is valid until
     * the next use, on this loop.
     */
    public RequestHead requestHead(Peer peer) {
        Rules rules = rules();
        requestHead.bounds(rules.bounds().headBytes(), rules.bounds().headFields());
        requestHead.trust(peer.trusted(rules));
        return requestHead;
    }

    Admission admission() {
        return admission;
    }

    Compressibility compressibility() {
        return compressibility;
    }

    BodyEncoders encoders() {
        return encoders;
    }

    StaticFiles files() {
        return files;
    }

    ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    /** Has the compressor flushed within the next tick. */
    void lagging(Compressor compressor) {
        lagging.add(compressor);
    }

    /** Counts a request whose head could not be read, and that was answered with this status. */
    public void unreadable(int status) {
        shared.counters().requests().increment();
        shared.metrics().responded(status);
    }

    ResponseHead responseHead() {
        return responseHead;
    }

    RetryBudget budget() {
        return budget;
    }

    /** Nanoseconds of a clock that only goes forward. */
    public long now() {
        return System.nanoTime();
    }

    /** A new identity, valid until the next. */
    byte[] newRequestId() {
        hex(random.nextLong(), 0);
        hex(random.nextLong(), 16);
        return requestId;
    }

    /** For a client that is to be known again; never 0. */
    long newTicket() {
        long ticket = random.nextLong();
        return ticket == 0 ? 1 : ticket;
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

    /** A client has connected; it is told when the gateway stops. */
    public void opened(Client client) {
        clients.add(client);
        shared.counters().connections().increment();
    }

    /** A client is gone. Harmless when said twice. */
    public void closed(Client client) {
        if (clients.remove(client)) {
            shared.counters().connections().decrement();
        }
    }

    /** Sets when the deadline strikes; replaces what was set before. */
    public void arm(Deadline deadline, Duration in) {
        deadline.arm(deadlines, now() + in.toNanos());
    }

    /** Notes that something was written; it is flushed once when this round of reading ends. */
    public void dirty(Flushed written) {
        dirty.add(written);
    }

    /** Flushes all that was written to; whoever handles an event calls this at its end. */
    public void flush() {
        if (flushing) {
            // What is written meanwhile is flushed by the round under way.
            return;
        }
        flushing = true;
        for (int i = 0; i < dirty.size(); i++) {
            try {
                dirty.get(i).flushNow();
            } catch (RuntimeException e) {
                // One connection's fault must not keep back what was written to the others.
                Log.unexpected("flush", e);
            }
        }
        dirty.clear();
        flushing = false;
    }

    /** Keeps a request nobody can take now; false when too many wait already. */
    boolean hold(Exchange exchange) {
        if (shared.heldCount().incrementAndGet() > rules().bounds().held()) {
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
        lagging.forEach(Compressor::flush);
        lagging.clear();
        if (!held.isEmpty()) {
            releaseHeld();
        }
        for (UpstreamPool pool : pools.values()) {
            pool.observe(now());
        }
        if (++ticks % 5 == 0) {
            deadlines.expire(now());
            files.expire(now());
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

    /** Gives back what is kept for further requests, when there will be none. */
    public void close() {
        files.close();
        encoders.close();
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
        List.copyOf(clients).forEach(Client::letGo);
        return clients.size();
    }

    /** Tells clients that the process leaves; returns how many there are. */
    public int leave() {
        List.copyOf(clients).forEach(Client::leave);
        return clients.size();
    }

    /** Closes what is left; returns how many that were. */
    public int closeClients() {
        int left = clients.size();
        List.copyOf(clients).forEach(Client::cut);
        return left;
    }
}
