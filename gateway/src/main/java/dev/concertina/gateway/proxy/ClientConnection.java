package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.Body;
import dev.concertina.gateway.http1.Malformed;
import dev.concertina.gateway.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One client's HTTP/1.1 connection: reads its requests, one after the other, in order. */
public final class ClientConnection extends ChannelInboundHandlerAdapter implements Client {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long SKIPPED_MAX = 64 * 1024;

    private enum State {
        HEAD,
        BODY,
        SKIPPING,
        WAITING,
        TUNNEL,
        DISCARDING,
        CLOSED
    }

    private final Worker worker;
    private final Channel channel;
    private final Peer peer;
    private final ClientResponses responses;
    private final ClientOutput output;
    private final Exchange exchange;
    private final Body body = new Body();
    private final Deadline deadline = new Deadline(this::overdue);
    private State state = State.HEAD;
    private @Nullable ByteBuf unread;
    private boolean met;
    private boolean expectsContinue;
    private boolean headStarted;
    private boolean reading;

    /** A connection that speaks HTTP/1.1 from now on. */
    public ClientConnection(Worker worker, Channel channel) {
        this.worker = worker;
        this.channel = channel;
        this.peer = Peer.of(channel);
        this.responses = new ClientResponses(worker, channel, this);
        this.output = responses.output();
        this.exchange = new Exchange(worker, responses);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        // After a TLS handshake the channel is active already.
        if (channel.isActive()) {
            opened();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        opened();
    }

    private void opened() {
        if (met) {
            return;
        }
        met = true;
        worker.opened(this);
        worker.arm(deadline, worker.rules().timeouts().head());
        if (worker.shared().stopping()) {
            closeGracefully();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (unread != null) {
            octets = Buffers.join(context.alloc(), unread, octets);
        }
        unread = octets;
        process();
    }

    private void process() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            ByteBuf octets = unread;
            boolean more = true;
            while (more && octets != null && octets.isReadable()) {
                more = step(octets);
            }
        } catch (Malformed malformed) {
            refuse(malformed);
        } finally {
            reading = false;
            if (unread != null && (!unread.isReadable() || state == State.CLOSED)) {
                unread.release();
                unread = null;
            }
        }
    }

    private boolean step(ByteBuf octets) {
        return switch (state) {
            case HEAD -> readHead(octets);
            case BODY -> readBody(octets);
            case SKIPPING -> skipBody(octets);
            case WAITING -> {
                readMore(false);
                yield false;
            }
            case TUNNEL -> {
                exchange.body(octets.readRetainedSlice(octets.readableBytes()), 0);
                yield false;
            }
            case DISCARDING, CLOSED -> {
                octets.skipBytes(octets.readableBytes());
                yield false;
            }
        };
    }

    private boolean readHead(ByteBuf octets) {
        RequestHead head = worker.requestHead(peer);
        if (!head.read(octets)) {
            if (!headStarted) {
                headStarted = true;
                worker.arm(deadline, worker.rules().timeouts().head());
            }
            return false;
        }
        headStarted = false;
        deadline.disarm();
        worker.shared().counters().requests().increment();
        responses.begin(head);
        expectsContinue = head.expectsContinue();
        if (head.chunked()) {
            body.chunked();
        } else {
            body.length(Math.max(0, head.contentLength()));
        }
        state = body.ended() ? State.WAITING : State.BODY;
        exchange.start(head, peer, channel.alloc(), body.ended());
        return true;
    }

    /** The request was answered already, and its connection is worth the rest of its body. */
    private boolean skipBody(ByteBuf octets) {
        body.skip(octets);
        if (body.ended()) {
            state = State.WAITING;
            responded(false);
        }
        return true;
    }

    private boolean readBody(ByteBuf octets) {
        int start = octets.readerIndex();
        long before = body.passed();
        int length = body.skip(octets);
        boolean last = body.ended();
        if (last) {
            state = State.WAITING;
        }
        int content = (int) (body.passed() - before);
        exchange.body(octets.retainedSlice(start, length), content, last);
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        worker.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        output.watch(!channel.isWritable());
        exchange.clientWritable(channel.isWritable());
        worker.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            Log.unexpected("client connection", cause);
        }
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        state = State.CLOSED;
        deadline.disarm();
        worker.closed(this);
        output.closed();
        if (exchange.active()) {
            exchange.abort();
        }
        if (unread != null && !reading) {
            unread.release();
            unread = null;
        }
        worker.flush();
    }

    private void overdue() {
        switch (state) {
            case HEAD -> {
                if (headStarted) {
                    refuse(new Malformed(408, "the head of the request took too long"));
                } else {
                    var _ = channel.close();
                }
            }
            case SKIPPING, DISCARDING -> {
                var _ = channel.close();
            }
            default -> {
                // Other states have no deadline of their own.
            }
        }
    }

    /** Answers a request that is not passed on, and closes. */
    private void refuse(Malformed malformed) {
        Answer answer =
                Answer.of(
                        malformed.status(),
                        "The request is malformed: " + malformed.getMessage() + '.');
        responses.beLast();
        if (exchange.active()) {
            exchange.refuse(answer);
        } else {
            worker.unreadable(answer.status());
            responses.beginUnread();
            responses.failed(worker.rules().dress(answer));
        }
    }

    /** Whether the request under way has been read to its end. */
    boolean requestRead() {
        return state == State.WAITING;
    }

    /** Whether what is missing of the request is so little that reading it is worth its while. */
    boolean requestNearlyRead() {
        return state == State.BODY && !expectsContinue && body.left() <= SKIPPED_MAX;
    }

    /** The response to the request under way has been written. */
    void responded(boolean close) {
        if (close) {
            closeGracefully();
            return;
        }
        if (state == State.BODY) {
            state = State.SKIPPING;
            worker.arm(deadline, worker.rules().timeouts().body());
            readMore(true);
            if (unread != null) {
                process();
            }
            return;
        }
        state = State.HEAD;
        headStarted = false;
        worker.arm(deadline, worker.rules().timeouts().keepAlive());
        if (worker.shared().stopping()) {
            closeGracefully();
            return;
        }
        readMore(true);
        if (unread != null) {
            process();
        }
    }

    /** From here on octets pass both ways. */
    void tunnel() {
        state = State.TUNNEL;
        if (unread != null) {
            process();
        }
    }

    /** Lets what was written arrive, and whatever the client still sends run dry. */
    private void closeGracefully() {
        if (state == State.CLOSED || state == State.DISCARDING) {
            return;
        }
        boolean drained =
                (state == State.WAITING || (state == State.HEAD && !headStarted)) && unread == null;
        state = State.DISCARDING;
        deadline.disarm();
        readMore(true);
        output.end(drained, this::linger);
    }

    /** All that was written has left; what the client still sends may come for a while. */
    private void linger() {
        if (state == State.DISCARDING) {
            worker.arm(deadline, LINGER);
        }
    }

    @Override
    public void cut() {
        if (state != State.CLOSED) {
            output.reset();
        }
    }

    void readMore(boolean more) {
        boolean wanted = more && !(state == State.WAITING && unread != null && unread.isReadable());
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public void letGo() {
        responses.beLast();
        if (state == State.HEAD && !headStarted) {
            closeGracefully();
        }
    }
}
