package dev.concertina.gateway.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** How a client's connection is ended, with TLS on it or without. */
public final class Ending {
    private Ending() {}

    /** Says that nothing follows; what the client still sends is read. */
    public static void finish(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            var _ = tls.closeOutbound();
        } else if (channel instanceof SocketChannel socket) {
            var _ = socket.shutdownOutput();
        }
    }

    /** A reset, and with TLS no close_notify: no client can take what it has for the whole. */
    public static void reset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException goneAlready) {
            // The client was faster; what follows closes what is left.
        }
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            var _ = channel.close();
        } else {
            var _ = tls.close();
        }
    }
}
