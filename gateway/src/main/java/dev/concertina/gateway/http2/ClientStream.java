package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.http1.Field;
import dev.concertina.gateway.http1.Malformed;
import dev.concertina.gateway.http1.Method;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.proxy.Answer;
import dev.concertina.gateway.proxy.Deadline;
import dev.concertina.gateway.proxy.Downstream;
import dev.concertina.gateway.proxy.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a request and its response. Used again for another stream of its connection when both
 * the stream has closed and the exchange has ended.
 */
final class ClientStream implements Downstream {
    private static final Duration TUNNEL_LINGER = Duration.ofSeconds(10);

    private final Http2Client client;
    private final Exchange exchange;
    private final UploadFraming framing = new UploadFraming();
    private final Deadline farewell = new Deadline(this::farewellOverdue);
    private final Deadline download = new Deadline(this::downloadOverdue);
    private @Nullable Http2Stream stream;
    private String acceptWanted = "";
    private boolean headOnly;
    private boolean requestEnded;
    private boolean reading;
    private boolean tunnel;
    private boolean endSent;
    private boolean spare;
    private int untaken;

    ClientStream(Http2Client client) {
        this.client = client;
        this.exchange = new Exchange(client.worker(), this);
    }

    void open(Http2Stream opened, boolean ended) {
        stream = opened;
        requestEnded = ended;
        acceptWanted = "";
        headOnly = false;
        reading = true;
        tunnel = false;
        endSent = false;
        spare = false;
        untaken = 0;
    }

    /**
     * The request was read and may go on.
     *
     * @param key of the handshake if it asks for a WebSocket, else empty
     */
    void start(RequestHead head, String key) {
        headOnly = head.method() == Method.HEAD;
        framing.begin(head);
        boolean websocket = !key.isEmpty();
        if (websocket) {
            acceptWanted = WebSocketKey.accept(key);
        }
        exchange.start(head, client.peer(), client.channel().alloc(), requestEnded || websocket);
    }

    // What the client sends.

    /**
     * A part of the body, or of a tunnel.
     *
     * @return how much of the window the client gets back at once
     */
    int data(ByteBuf content, int octets, boolean last) {
        if (last) {
            requestEnded = true;
        }
        if (!exchange.active()) {
            return octets;
        }
        if (tunnel || !acceptWanted.isEmpty()) {
            tunnelled(content, last);
        } else if (framing.exceeded(content.readableBytes(), last)) {
            exchange.abort();
            reset(Http2Error.PROTOCOL_ERROR);
            return octets;
        } else {
            if (last) {
                exchange.requestEnd();
            }
            framing.pass(content, last, client.channel().alloc(), exchange);
        }
        if (reading || stream == null) {
            return octets;
        }
        untaken += octets;
        return 0;
    }

    private void tunnelled(ByteBuf content, boolean last) {
        if (content.isReadable()) {
            exchange.body(content.retain(), content.readableBytes());
        }
        if (last && exchange.active()) {
            // The instance has time to say its last, as to a close frame.
            client.worker().arm(farewell, TUNNEL_LINGER);
        }
    }

    /** Fields behind the body, which end it. */
    void trailers(FieldList fields) {
        requestEnded = true;
        if (!exchange.active()) {
            return;
        }
        if (tunnel || framing.exceeded(0, true)) {
            abort();
            return;
        }
        try {
            ByteBuf octets = framing.trailers(fields, client.channel().alloc());
            exchange.requestEnd();
            exchange.body(octets, 0);
        } catch (ProtocolError | Malformed malformed) {
            abort();
        }
    }

    private void abort() {
        exchange.abort();
        reset(Http2Error.PROTOCOL_ERROR);
    }

    private void farewellOverdue() {
        if (exchange.active()) {
            exchange.abort();
            end(Unpooled.EMPTY_BUFFER);
        }
    }

    @Override
    public void readMore(boolean more) {
        reading = more;
        Http2Stream open = stream;
        int octets = untaken;
        if (more && octets > 0 && open != null) {
            untaken = 0;
            client.taken(open, octets);
        }
    }

    // What the client gets.

    @Override
    public void interim(ResponseHead head) {
        Http2Stream open = stream;
        if (open != null && !endSent) {
            client.head(open, client.response().of(head), client.promise(), false);
        }
    }

    @Override
    public void responseHead(ResponseHead head, boolean untilClose) {
        if (!acceptWanted.isEmpty() && head.status() < 300) {
            // With HTTP/2 this would mean that the WebSocket is open.
            exchange.abort();
            failed(Answer.of(502, "The instance did not switch to a WebSocket."));
            return;
        }
        head.dropChunked();
        boolean empty = !head.chunked() && head.contentLength() == 0;
        head(client.response().of(head), headOnly || head.bodyless() || empty);
    }

    @Override
    public void upgraded(ResponseHead head) {
        if (!ResponseFields.accept(head).equals(acceptWanted)) {
            exchange.abort();
            failed(Answer.of(502, "The instance answered another WebSocket handshake."));
            return;
        }
        tunnel = true;
        head(client.response().ofUpgrade(head), false);
    }

    private void head(Http2Headers fields, boolean last) {
        Http2Stream open = stream;
        if (open == null || endSent) {
            return;
        }
        endSent = last;
        client.head(open, fields, last ? lastPromise(open) : client.promise(), last);
    }

    @Override
    public boolean wantsChunks() {
        return false;
    }

    @Override
    public void responseBody(ByteBuf content) {
        Http2Stream open = stream;
        if (open == null || endSent || !content.isReadable()) {
            content.release();
            return;
        }
        client.data(open, content, client.promise(), false);
    }

    @Override
    public void trailers(List<Field> trailers) {
        Http2Headers fields = new DefaultHttp2Headers(false);
        for (Field each : trailers) {
            fields.add(each.name().toLowerCase(Locale.ROOT), each.value());
        }
        head(fields, true);
    }

    @Override
    public void responseEnd() {
        end(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void responseEndEarly(boolean chunked) {
        end(Unpooled.EMPTY_BUFFER);
    }

    private void end(ByteBuf rest) {
        Http2Stream open = stream;
        if (open == null) {
            rest.release();
            recycle();
        } else if (endSent) {
            rest.release();
        } else {
            endSent = true;
            client.data(open, rest, lastPromise(open), true);
        }
    }

    /** RFC 9113 section 8.1: whoever has its response need not send the rest of its request. */
    private ChannelPromise lastPromise(Http2Stream open) {
        ChannelPromise promise = client.promise();
        if (!requestEnded) {
            promise.addListener(done -> {
                if (done.isSuccess()) {
                    client.reset(open, Http2Error.NO_ERROR);
                }
            });
        }
        return promise;
    }

    @Override
    public void failed(Answer answer) {
        Http2Headers fields = new DefaultHttp2Headers(false);
        byte[] body = answer.body().getBytes(ISO_8859_1);
        fields.status(Integer.toString(answer.status()));
        answer.fields().forEach((name, value) -> fields.add(name.toLowerCase(Locale.ROOT), value));
        if (!answer.type().isEmpty()) {
            fields.add("content-type", answer.type());
        }
        fields.add("content-length", Integer.toString(body.length));
        head(fields, headOnly);
        end(Unpooled.wrappedBuffer(body));
    }

    @Override
    public void cut() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    /** Ends the stream so that the client cannot take what it has for the whole. */
    void reset(Http2Error error) {
        Http2Stream open = stream;
        if (open == null) {
            recycle();
        } else {
            client.reset(open, error);
        }
    }

    @Override
    public boolean writable() {
        Http2Stream open = stream;
        return open != null && client.writable(open);
    }

    void writabilityChanged(boolean writable) {
        if (writable) {
            download.disarm();
        } else {
            client.worker().arm(download, client.worker().rules().timeouts().send());
        }
        exchange.clientWritable(writable);
    }

    private void downloadOverdue() {
        Http2Stream open = stream;
        if (open != null && client.unsent(open)) {
            exchange.abort();
            reset(Http2Error.CANCEL);
        }
    }

    /** The stream is closed, by whom ever. */
    void closed() {
        stream = null;
        farewell.disarm();
        download.disarm();
        if (!endSent && exchange.active()) {
            exchange.abort();
        }
        if (!exchange.active()) {
            recycle();
        }
    }

    private void recycle() {
        if (!spare) {
            spare = true;
            client.giveBack(this);
        }
    }
}
