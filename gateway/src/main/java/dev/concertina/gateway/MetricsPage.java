package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concertina.gateway.observe.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One operator's connection: answers {@code GET /metrics}, and nothing else. */
final class MetricsPage extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** Octets of a request's body that are read past; nobody needs to send one. */
    static final int BODY_MAX = 1024;

    private static final String PATH = "/metrics";

    private final Supplier<CompletableFuture<String>> text;

    /**
     * @param text in Prometheus' text format
     */
    MetricsPage(Supplier<CompletableFuture<String>> text) {
        this.text = text;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean good = request.decoderResult().isSuccess();
        if (!good) {
            send(context, HttpResponseStatus.BAD_REQUEST, "The request is malformed.\n", false);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        if (!new QueryStringDecoder(request.uri()).path().equals(PATH)) {
            send(context, HttpResponseStatus.NOT_FOUND, "There is " + PATH + ".\n", keepAlive);
        } else if (!request.method().equals(HttpMethod.GET)) {
            send(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "Ask with GET.\n", keepAlive);
        } else {
            var _ =
                    text.get()
                            .thenAccept(
                                    now -> send(context, HttpResponseStatus.OK, now, keepAlive));
        }
    }

    private static void send(
            ChannelHandlerContext context,
            HttpResponseStatus status,
            String text,
            boolean keepAlive) {
        byte[] octets = text.getBytes(UTF_8);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(octets));
        response.headers()
                .set(
                        HttpHeaderNames.CONTENT_TYPE,
                        status.equals(HttpResponseStatus.OK)
                                ? Metrics.CONTENT_TYPE
                                : "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, octets.length);
        if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET");
        }
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
