package dev.concertina.gateway;

import dev.concertina.gateway.http2.Http2;
import dev.concertina.gateway.proxy.Client;
import dev.concertina.gateway.proxy.ClientConnection;
import dev.concertina.gateway.proxy.Deadline;
import dev.concertina.gateway.proxy.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection before it is known which protocol it speaks. Gives way to the handler of
 * that protocol: with TLS as ALPN agreed (RFC 7301), else by the preface of HTTP/2 (RFC 9113
 * section 3.4), which no other request begins with.
 */
final class Front extends ChannelInboundHandlerAdapter implements Client {
    private final Worker worker;
    private final Http2 http2;
    private final Channel channel;
    private final boolean tls;
    private final Deadline deadline;
    private @Nullable ByteBuf unread;

    Front(Worker worker, Http2 http2, Channel channel, boolean tls) {
        this.worker = worker;
        this.http2 = http2;
        this.channel = channel;
        this.tls = tls;
        this.deadline = new Deadline(this::cut);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        worker.opened(this);
        worker.arm(deadline, worker.rules().timeouts().head());
        if (worker.shared().stopping()) {
            letGo();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            context.fireUserEventTriggered(event);
        } else if (handshake.isSuccess()) {
            SslHandler ssl = channel.pipeline().get(SslHandler.class);
            giveWay(context, ApplicationProtocolNames.HTTP_2.equals(ssl.applicationProtocol()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (unread != null) {
            octets = Unpooled.wrappedBuffer(unread, octets);
        }
        unread = octets;
        if (tls) {
            // Comes only after the handshake, and then to another handler.
            return;
        }
        switch (Preface.of(octets)) {
            case HTTP2 -> giveWay(context, true);
            case HTTP1 -> giveWay(context, false);
            case UNDECIDED -> {
                // A few octets more will tell.
            }
        }
    }

    private void giveWay(ChannelHandlerContext context, boolean speaksHttp2) {
        deadline.disarm();
        ChannelHandler protocol =
                speaksHttp2 ? http2.connection(channel) : new ClientConnection(worker, channel);
        channel.pipeline().addAfter(context.name(), null, protocol);
        worker.closed(this);
        ByteBuf octets = unread;
        unread = null;
        if (octets != null) {
            context.fireChannelRead(octets);
        }
        channel.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.disarm();
        worker.closed(this);
        if (unread != null) {
            unread.release();
            unread = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that does not speak TLS, or gives up: there is nobody to answer.
        var _ = context.close();
    }

    @Override
    public void letGo() {
        // Nothing was promised to it yet.
        var _ = channel.close();
    }

    @Override
    public void cut() {
        var _ = channel.close();
    }
}
