package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.Body;
import dev.concertina.gateway.http1.Malformed;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.route.TargetState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One connection to a target. Carries one exchange at a time and reads its response. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Flushed {
    private enum State {
        CONNECTING,
        HEAD,
        BODY,
        TUNNEL,
        IDLE,
        CLOSED
    }

    private final Worker worker;
    private final UpstreamPool pool;
    private final Body body = new Body();
    private State state = State.CONNECTING;
    private @Nullable Exchange exchange;
    private @Nullable TargetState abandoned;
    private @Nullable Channel channel;
    private @Nullable ByteBuf partial;
    private int carried;
    private boolean persistent;
    private boolean dirty;
    private boolean broken;
    private long idleSince;

    UpstreamConnection(Worker worker, UpstreamPool pool, Exchange exchange) {
        this.worker = worker;
        this.pool = pool;
        this.exchange = exchange;
    }

    void connect() {
        ChannelFuture connecting =
                worker.bootstrap()
                        .clone()
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) worker.rules().timeouts().connect().toMillis())
                        .handler(this)
                        .connect(pool.target().address());
        channel = connecting.channel();
        connecting.addListener(done -> connected(done.isSuccess()));
    }

    private void connected(boolean success) {
        Exchange first = exchange;
        TargetState claimed = abandoned;
        if (claimed != null || first == null) {
            abandoned = null;
            state = State.CLOSED;
            pool.closed(this);
            var _ =
                    channel()
                            .close()
                            .addListener(done -> {
                                if (claimed != null) {
                                    claimed.release();
                                }
                            });
        } else if (success) {
            state = State.HEAD;
            carried = 1;
            first.connected(this);
        } else {
            exchange = null;
            state = State.CLOSED;
            pool.closed(this);
            first.connectFailed();
        }
        worker.flush();
    }

    /** The exchange ends while its connection is being made; the claim goes with it. */
    void abandon(TargetState claimed) {
        exchange = null;
        abandoned = claimed;
    }

    private Channel channel() {
        Channel open = channel;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    @Nullable Exchange exchange() {
        return exchange;
    }

    /** Begins to carry another exchange. */
    void carry(Exchange next) {
        exchange = next;
        carried++;
        state = State.HEAD;
    }

    boolean alive() {
        return state == State.IDLE && channel().isActive();
    }

    boolean trusted(long now) {
        return pool.target().keepAlive().trusts(carried, idleNanos(now));
    }

    /** Being open for so long is evidence for others. */
    void observe(long now) {
        if (alive()) {
            pool.target().keepAlive().stayed(carried, idleNanos(now));
        }
    }

    long idleNanos(long now) {
        return now - idleSince;
    }

    boolean writable() {
        return channel().isWritable();
    }

    boolean betweenChunks() {
        return state == State.BODY && body.betweenChunks();
    }

    /** Whether the response could be declared complete here without cutting a chunk. */
    boolean mayEndHere() {
        return betweenChunks() || (state == State.BODY && body.endsWithConnection());
    }

    void write(ByteBuf octets) {
        Channel to = channel();
        var _ = to.write(octets, to.voidPromise());
        if (!dirty) {
            dirty = true;
            worker.dirty(this);
        }
    }

    @Override
    public void flushNow() {
        dirty = false;
        var _ = channel().flush();
    }

    void readMore(boolean more) {
        if (channel().config().isAutoRead() != more) {
            channel().config().setAutoRead(more);
        }
    }

    /** The exchange is done here; the claim is given back when the connection is safe. */
    void leave(TargetState claimed, boolean goesOn) {
        exchange = null;
        boolean reusable =
                goesOn
                        && persistent
                        && state == State.BODY
                        && body.ended()
                        && partial == null
                        && channel().isActive();
        if (reusable) {
            idleSince = worker.now();
            state = State.IDLE;
            readMore(true);
            if (pool.give(this)) {
                claimed.release();
                return;
            }
        }
        var _ = close().addListener(done -> claimed.release());
    }

    ChannelFuture close() {
        state = State.CLOSED;
        pool.closed(this);
        return channel().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (partial != null) {
            octets = Buffers.join(context.alloc(), partial, octets);
            partial = null;
        }
        read(octets);
    }

    private void read(ByteBuf octets) {
        try {
            boolean more = true;
            while (more && octets.isReadable()) {
                more =
                        switch (state) {
                            case HEAD -> readHead(octets);
                            case BODY -> readBody(octets);
                            case TUNNEL -> readTunnel(octets);
                            case IDLE -> unasked(octets);
                            case CONNECTING, CLOSED -> false;
                        };
            }
        } catch (Malformed malformed) {
            malformed(String.valueOf(malformed.getMessage()));
        } finally {
            octets.release();
        }
    }

    private void malformed(String reason) {
        Exchange current = exchange;
        if (current == null) {
            var _ = close();
        } else {
            current.upstreamMalformed(reason);
        }
    }

    private boolean readHead(ByteBuf octets) {
        Exchange current = exchange;
        ResponseHead head = worker.responseHead();
        if (current == null || !head.read(octets)) {
            partial = octets.retain();
            return false;
        }
        if (head.interim()) {
            current.interim(head);
            return true;
        }
        if (head.status() == 101) {
            if (!current.kind().websocket) {
                throw new Malformed("status 101 where no upgrade was asked for");
            }
            state = State.TUNNEL;
            current.upgraded(head, this);
            return true;
        }
        state = State.BODY;
        frame(head, current);
        current.responseHead(head, body.endsWithConnection());
        body.keepTrailers(!current.wantsChunks());
        return endIfDone(octets);
    }

    private void frame(ResponseHead head, Exchange current) {
        persistent = head.persistent();
        if (current.kind().head || head.bodyless()) {
            body.none();
        } else if (head.chunked()) {
            body.chunked();
        } else if (head.contentLength() >= 0) {
            body.length(head.contentLength());
        } else {
            body.untilClose();
        }
    }

    private boolean readBody(ByteBuf octets) {
        Exchange current = exchange;
        if (current == null) {
            return false;
        }
        if (current.wantsChunks()) {
            int start = octets.readerIndex();
            int length = body.skip(octets);
            current.responseBody(octets.retainedSlice(start, length));
        } else {
            readContent(octets, current);
        }
        return endIfDone(octets);
    }

    private void readContent(ByteBuf octets, Exchange current) {
        for (int length = body.content(octets);
                length > 0 && exchange == current;
                length = body.content(octets)) {
            ByteBuf part = octets.readRetainedSlice(length);
            body.took(length);
            current.responseBody(part);
        }
        if (exchange != current) {
            return;
        }
        if (!body.ended()) {
            current.betweenParts();
        } else if (!body.trailers().isEmpty()) {
            current.trailers(body.trailers());
        }
    }

    private boolean endIfDone(ByteBuf octets) {
        Exchange current = exchange;
        if (!body.ended() || current == null) {
            return true;
        }
        // Octets behind the response were not asked for: who knows what they answer.
        boolean clean = !octets.isReadable();
        if (clean && persistent) {
            pool.target().keepAlive().carried(carried);
        }
        current.responseEnd(clean);
        return false;
    }

    private boolean readTunnel(ByteBuf octets) {
        Exchange current = exchange;
        if (current != null) {
            current.responseBody(octets.readRetainedSlice(octets.readableBytes()));
        }
        return false;
    }

    private boolean unasked(ByteBuf octets) {
        octets.skipBytes(octets.readableBytes());
        var _ = close();
        return false;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        worker.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.upstreamWritable(context.channel().isWritable());
            worker.flush();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken = true;
        if (!(cause instanceof IOException)) {
            Log.unexpected("connection to " + pool.target().id(), cause);
            // At once: until the channel is closed it may read on, behind what was not passed on.
            try {
                malformed("it could not be passed on");
            } finally {
                var _ = context.close();
            }
            worker.flush();
        }
        // A failed write may leave a response to read: the end of the connection decides.
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        State was = state;
        state = State.CLOSED;
        if (partial != null) {
            partial.release();
            partial = null;
        }
        pool.closed(this);
        switch (was) {
            case IDLE -> pool.target().keepAlive().closed(carried, worker.now() - idleSince);
            case TUNNEL -> ended(true);
            case BODY -> ended(body.endsWithConnection() && !broken);
            case HEAD -> {
                if (carried > 1) {
                    pool.target().keepAlive().closed(carried - 1, 0);
                }
                ended(false);
            }
            case CONNECTING, CLOSED -> {
                // Nobody waits here, or the outcome of connecting tells.
            }
        }
        worker.flush();
    }

    private void ended(boolean properly) {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        if (properly) {
            current.upstreamEnded();
        } else {
            current.upstreamLost(carried > 1, "The instance closed its connection.");
        }
    }
}
