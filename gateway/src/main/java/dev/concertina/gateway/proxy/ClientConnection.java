package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.http1.Body;
import dev.concertina.gateway.http1.Malformed;
import dev.concertina.gateway.http1.Method;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.http1.ResponseHead.Persistence;
import dev.concertina.gateway.route.TargetState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One client's HTTP/1.1 connection: its requests, one after the other, in order. */
public final class ClientConnection extends ChannelInboundHandlerAdapter
        implements Downstream, Flushed {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final int HEAD_ROOM = 512;
    private static final int COPIED_MAX = 4096;
    private static final AsciiString LAST_CHUNK = AsciiString.cached("0\r\n\r\n");

    private enum State {
        HEAD,
        BODY,
        WAITING,
        TUNNEL,
        DISCARDING,
        CLOSED
    }

    private final Worker worker;
    private final Channel channel;
    private final byte[] forwarded;
    private final Exchange exchange;
    private final Body body = new Body();
    private final Deadline deadline = new Deadline(this::overdue);
    private State state = State.HEAD;
    private @Nullable ByteBuf unread;
    private @Nullable ByteBuf unsentHead;
    private boolean persistent;
    private boolean http10;
    private boolean headOnly;
    private boolean closeAfter;
    private boolean chunksWanted;
    private boolean headStarted;
    private boolean dirty;
    private boolean reading;

    public ClientConnection(Worker worker, Channel channel) {
        this.worker = worker;
        this.channel = channel;
        this.exchange = new Exchange(worker, this);
        this.forwarded = forwarded(channel);
    }

    private static byte[] forwarded(Channel channel) {
        String peer = "unknown";
        if (channel.remoteAddress() instanceof InetSocketAddress address
                && address.getAddress() != null) {
            peer = address.getAddress().getHostAddress();
        }
        String port = "";
        if (channel.localAddress() instanceof InetSocketAddress local) {
            port = "X-Forwarded-Port: " + local.getPort() + "\r\n";
        }
        return ("X-Forwarded-For: " + peer + "\r\nX-Forwarded-Proto: http\r\n" + port)
                .getBytes(ISO_8859_1);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        worker.opened(this);
        worker.arm(deadline, worker.shared().timeouts().head());
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
            case WAITING -> {
                readMore(false);
                yield false;
            }
            case TUNNEL -> {
                exchange.body(octets.readRetainedSlice(octets.readableBytes()));
                yield false;
            }
            case DISCARDING, CLOSED -> {
                octets.skipBytes(octets.readableBytes());
                yield false;
            }
        };
    }

    private boolean readHead(ByteBuf octets) {
        RequestHead head = worker.requestHead();
        if (!head.read(octets)) {
            if (!headStarted) {
                headStarted = true;
                worker.arm(deadline, worker.shared().timeouts().head());
            }
            return false;
        }
        headStarted = false;
        deadline.disarm();
        worker.shared().counters().requests().increment();
        persistent = head.persistent() && !worker.shared().stopping();
        http10 = head.http10();
        headOnly = head.method() == Method.HEAD;
        closeAfter = false;
        chunksWanted = !http10;
        if (head.chunked()) {
            body.chunked();
        } else {
            body.length(Math.max(0, head.contentLength()));
        }
        state = body.ended() ? State.WAITING : State.BODY;
        ByteBuf onward = channel.alloc().ioBuffer(HEAD_ROOM + octets.readerIndex());
        head.writeForwarded(onward, forwarded, worker.newRequestId());
        exchange.start(onward, kind(head), body.ended());
        return true;
    }

    private static Exchange.Request kind(RequestHead head) {
        if (head.websocket()) {
            return Exchange.Request.WEBSOCKET;
        }
        if (head.method() == Method.HEAD) {
            return Exchange.Request.HEAD;
        }
        return head.method().idempotent() ? Exchange.Request.IDEMPOTENT : Exchange.Request.OTHER;
    }

    private boolean readBody(ByteBuf octets) {
        int start = octets.readerIndex();
        int length = body.skip(octets);
        if (body.ended()) {
            state = State.WAITING;
            exchange.requestEnd();
        }
        exchange.body(octets.retainedSlice(start, length));
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        worker.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        exchange.clientWritable(channel.isWritable());
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
        if (exchange.active()) {
            exchange.abort();
        }
        if (unread != null && !reading) {
            unread.release();
            unread = null;
        }
        if (unsentHead != null) {
            unsentHead.release();
            unsentHead = null;
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
            case DISCARDING -> {
                var _ = channel.close();
            }
            default -> {
                // Other states have no deadline of their own.
            }
        }
    }

    /** Answers a request that is not passed on, and closes. */
    private void refuse(Malformed malformed) {
        if (exchange.active()) {
            boolean begun = closeAfter || unsentHead != null;
            exchange.abort();
            if (begun) {
                cut();
                return;
            }
        }
        worker.shared().counters().requests().increment();
        persistent = false;
        send(Answers.of(channel.alloc(), malformed.status(), reason(malformed), true));
        closeGracefully();
    }

    private static String reason(Malformed malformed) {
        return "The request is malformed: " + malformed.getMessage() + '.';
    }

    private void send(ByteBuf octets) {
        if (state == State.CLOSED) {
            octets.release();
            return;
        }
        var _ = channel.write(octets, channel.voidPromise());
        soil();
    }

    private void soil() {
        if (!dirty) {
            dirty = true;
            worker.dirty(this);
        }
    }

    private void sendHead() {
        ByteBuf head = unsentHead;
        if (head != null) {
            unsentHead = null;
            send(head);
        }
    }

    @Override
    public void flushNow() {
        sendHead();
        dirty = false;
        channel.flush();
    }

    @Override
    public void interim(ResponseHead head) {
        if (http10) {
            return;
        }
        ByteBuf octets = channel.alloc().ioBuffer(HEAD_ROOM);
        head.writeForwarded(octets, new byte[0], Persistence.DEFAULT, false);
        send(octets);
    }

    @Override
    public void responseHead(ResponseHead head, TargetState target, boolean untilClose) {
        boolean dechunk = http10 && head.chunked();
        // What a client still sends after an early response cannot be told from its next request.
        closeAfter =
                !persistent
                        || worker.shared().stopping()
                        || state == State.BODY
                        || untilClose
                        || dechunk;
        Persistence said =
                closeAfter
                        ? Persistence.CLOSE
                        : http10 ? Persistence.KEEP_ALIVE : Persistence.DEFAULT;
        ByteBuf octets = channel.alloc().ioBuffer(1024);
        head.writeForwarded(octets, target.instanceField(), said, dechunk);
        unsentHead = octets;
        soil();
    }

    @Override
    public boolean wantsChunks() {
        return chunksWanted;
    }

    @Override
    public void responseBody(ByteBuf content) {
        ByteBuf head = unsentHead;
        if (head != null && content.readableBytes() <= COPIED_MAX) {
            // One buffer goes out cheaper than two.
            head.writeBytes(content);
            content.release();
            return;
        }
        sendHead();
        send(content);
    }

    @Override
    public void responseEnd() {
        if (closeAfter) {
            closeGracefully();
            return;
        }
        nextRequest();
    }

    private void nextRequest() {
        state = State.HEAD;
        headStarted = false;
        worker.arm(deadline, worker.shared().timeouts().keepAlive());
        if (worker.shared().stopping()) {
            closeGracefully();
            return;
        }
        readMore(true);
        if (unread != null) {
            process();
        }
    }

    @Override
    public void responseEndEarly(boolean chunked) {
        if (chunked) {
            ByteBuf last = channel.alloc().ioBuffer(LAST_CHUNK.length());
            last.writeBytes(LAST_CHUNK.array());
            responseBody(last);
        }
        closeGracefully();
    }

    @Override
    public void upgraded(ResponseHead head, TargetState target) {
        ByteBuf octets = channel.alloc().ioBuffer(1024);
        head.writeForwarded(octets, target.instanceField(), Persistence.UPGRADE, false);
        send(octets);
        closeAfter = true;
        state = State.TUNNEL;
        if (unread != null) {
            process();
        }
    }

    @Override
    public void failed(int status, String reason) {
        boolean close = !persistent || state != State.WAITING || http10;
        ByteBuf answer = Answers.of(channel.alloc(), status, reason, close);
        if (headOnly) {
            answer.writerIndex(answer.writerIndex() - reason.length() - 1);
        }
        send(answer);
        if (close) {
            closeGracefully();
        } else {
            nextRequest();
        }
        worker.flush();
    }

    /** Lets what was written arrive, and whatever the client still sends run dry. */
    private void closeGracefully() {
        if (state == State.CLOSED) {
            return;
        }
        sendHead();
        boolean drained =
                (state == State.WAITING || (state == State.HEAD && !headStarted)) && unread == null;
        state = State.DISCARDING;
        worker.arm(deadline, LINGER);
        readMore(true);
        var last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (drained) {
            last.addListener(ChannelFutureListener.CLOSE);
        } else {
            last.addListener(done -> shutdownOutput());
        }
    }

    private void shutdownOutput() {
        if (channel instanceof SocketChannel socket) {
            var _ = socket.shutdownOutput();
        }
    }

    @Override
    public void cut() {
        // A reset instead of an end: no client can take what it has for the whole.
        if (state == State.CLOSED) {
            return;
        }
        flushNow();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var _ = channel.close();
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void readMore(boolean more) {
        boolean wanted = more && !(state == State.WAITING && unread != null && unread.isReadable());
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    void letGo() {
        persistent = false;
        if (state == State.HEAD && !headStarted) {
            closeGracefully();
        }
    }
}
