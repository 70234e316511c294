package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.http1.Malformed;
import dev.concertina.gateway.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to the plain listener beside TLS: sends its client to https, and closes. */
final class Redirect extends ChannelInboundHandlerAdapter {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int HTTPS = 443;

    private static final FastThreadLocal<RequestHead> HEADS =
            new FastThreadLocal<>() {
                @Override
                protected RequestHead initialValue() {
                    return new RequestHead();
                }
            };

    private final int port;
    private @Nullable ByteBuf unread;
    private boolean answered;

    /**
     * @param port of the listener that speaks TLS
     */
    Redirect(int port) {
        this.port = port;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Runnable giveUp =
                () -> {
                    var _ = context.close();
                };
        var patience = context.executor().schedule(giveUp, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        context.channel().closeFuture().addListener(done -> patience.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (answered) {
            octets.release();
            return;
        }
        unread = unread == null ? octets : Unpooled.wrappedBuffer(unread, octets);
        RequestHead head = HEADS.get();
        try {
            if (head.read(unread)) {
                answer(context, head);
            }
        } catch (Malformed malformed) {
            answer(context, malformed.status(), "", "The request is malformed.");
        }
    }

    private void answer(ChannelHandlerContext context, RequestHead head) {
        String host = head.authority();
        if (host.isEmpty()) {
            answer(context, 400, "", "Host is missing.");
            return;
        }
        int colon = host.indexOf(':', host.indexOf(']') + 1);
        String name = colon < 0 ? host : host.substring(0, colon);
        String to = "https://" + name + (port == HTTPS ? "" : ":" + port) + head.target();
        answer(context, 308, "Location: " + to + "\r\n", "Use https.");
    }

    private void answer(ChannelHandlerContext context, int status, String field, String text) {
        answered = true;
        String response =
                "HTTP/1.1 "
                        + status
                        + (status == 308 ? " Permanent Redirect" : " Error")
                        + "\r\n"
                        + field
                        + "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
                        + "Content-Length: "
                        + text.length()
                        + "\r\n\r\n"
                        + text;
        context.writeAndFlush(Unpooled.wrappedBuffer(response.getBytes(ISO_8859_1)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (unread != null) {
            unread.release();
            unread = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
