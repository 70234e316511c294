package dev.concertina.gateway.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.observe.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One connection of the leash: reads a call, asks the engine, answers in JSON. */
final class ControlHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    // A newer fleet may say more than this gateway understands.
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final Engine engine;
    private final ControlSocket socket;

    /** An answer that is not JSON. */
    private record Text(String text) {}

    ControlHandler(Engine engine, ControlSocket socket) {
        this.engine = engine;
        this.socket = socket;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        CompletableFuture<?> answer;
        try {
            answer = call(request);
        } catch (Refusal refusal) {
            send(context, refusal.status, Map.of("error", refusal.text()), keepAlive);
            return;
        }
        var _ =
                answer.whenComplete((value, failure) -> {
                    if (failure == null) {
                        send(context, HttpResponseStatus.OK, value, keepAlive);
                    } else {
                        Refusal refusal = refusal(failure);
                        send(context, refusal.status, Map.of("error", refusal.text()), keepAlive);
                    }
                });
    }

    private CompletableFuture<?> call(FullHttpRequest request) {
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        String path = target.path();
        HttpMethod method = request.method();
        if (path.equals(GatewayControl.TABLE) && method.equals(HttpMethod.PUT)) {
            return engine.route(table(request.content().toString(UTF_8)));
        }
        if (path.equals(GatewayControl.STATUS) && method.equals(HttpMethod.GET)) {
            return CompletableFuture.completedFuture(engine.status());
        }
        if (path.equals(GatewayControl.METRICS) && method.equals(HttpMethod.GET)) {
            return CompletableFuture.completedFuture(new Text(engine.metrics()));
        }
        if (path.startsWith(GatewayControl.DRAIN) && method.equals(HttpMethod.POST)) {
            return engine.drain(id(path.substring(GatewayControl.DRAIN.length())), within(target));
        }
        if (path.equals(GatewayControl.STOP) && method.equals(HttpMethod.POST)) {
            engine.stop(within(target));
            return CompletableFuture.completedFuture(engine.status());
        }
        if (path.equals(GatewayControl.HANDOVER) && method.equals(HttpMethod.POST)) {
            return engine.handOver(to(target));
        }
        if (path.equals(GatewayControl.ACCEPT) && method.equals(HttpMethod.POST)) {
            return engine.accept()
                    .thenApply(status -> {
                        socket.claim();
                        return status;
                    });
        }
        if (path.equals(GatewayControl.RETIRE) && method.equals(HttpMethod.POST)) {
            return engine.retire(within(target));
        }
        throw new Refusal(
                HttpResponseStatus.NOT_FOUND,
                "there is no "
                        + method
                        + ' '
                        + path
                        + "; there are PUT /table, GET /status, GET /metrics, POST /drain/{id},"
                        + " POST /stop, POST /handover, POST /accept, POST /retire");
    }

    private static RoutingTable table(String text) {
        try {
            return JSON.readValue(text, RoutingTable.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new Refusal(
                    HttpResponseStatus.BAD_REQUEST,
                    "the body of PUT /table is not a routing table: " + e.getMessage());
        }
    }

    private static InstanceId id(String value) {
        try {
            return new InstanceId(value);
        } catch (IllegalArgumentException e) {
            throw new Refusal(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static Duration within(QueryStringDecoder target) {
        List<String> values = target.parameters().getOrDefault(GatewayControl.WITHIN, List.of());
        if (values.isEmpty()) {
            return WITHIN;
        }
        try {
            return Duration.parse(values.getFirst());
        } catch (DateTimeException e) {
            throw new Refusal(
                    HttpResponseStatus.BAD_REQUEST,
                    "within is '" + values.getFirst() + "'; write a duration such as PT30S");
        }
    }

    private static Path to(QueryStringDecoder target) {
        List<String> values = target.parameters().getOrDefault(GatewayControl.TO, List.of());
        if (values.isEmpty()) {
            throw new Refusal(
                    HttpResponseStatus.BAD_REQUEST,
                    "to is missing; write the path of the Unix socket that takes descriptors");
        }
        return Path.of(values.getFirst());
    }

    private static Refusal refusal(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return failure instanceof Refusal refusal
                ? refusal
                : cause instanceof Refusal refusal
                        ? refusal
                        : new Refusal(
                                HttpResponseStatus.INTERNAL_SERVER_ERROR, String.valueOf(cause));
    }

    private static void send(
            ChannelHandlerContext context,
            HttpResponseStatus status,
            Object body,
            boolean keepAlive) {
        byte[] text =
                body instanceof Text plain
                        ? plain.text().getBytes(UTF_8)
                        : JSON.writeValueAsBytes(body);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(text));
        response.headers()
                .set(
                        HttpHeaderNames.CONTENT_TYPE,
                        body instanceof Text
                                ? Metrics.CONTENT_TYPE
                                : HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, text.length);
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(io.netty.channel.ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
