package dev.concertina.gateway.http2;

import dev.concertina.gateway.http1.Malformed;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.net.Ending;
import dev.concertina.gateway.proxy.Answer;
import dev.concertina.gateway.proxy.Client;
import dev.concertina.gateway.proxy.Deadline;
import dev.concertina.gateway.proxy.Flushed;
import dev.concertina.gateway.proxy.Peer;
import dev.concertina.gateway.proxy.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/2 connection. Its streams are all on its event loop, each a {@link
 * ClientStream} with an exchange of its own.
 *
 * <p>It ends in two phases (RFC 9113 section 6.8): first it says that it will, with the highest
 * stream there could be, and sends a PING; once that is answered, requests that crossed it have
 * arrived, and it names the last one it takes. It closes when the streams are done.
 */
final class Http2Client extends Http2ConnectionHandler implements Client, Flushed {
    /** Octets of uploads that may wait here for instances, over all streams. */
    private static final int WINDOW = 1024 * 1024;

    private static final int USUAL_WINDOW = 65_535;
    private static final Duration ROUND_TRIP_MAX = Duration.ofSeconds(1);
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long GOODBYE = 0x676F_6F64_6279_6521L;

    private enum Phase {
        OPEN,
        ANNOUNCED,
        LAST_SAID,
        CLOSING
    }

    private final Http2 http2;
    private final Worker worker;
    private final Channel channel;
    private final Peer peer;
    private final Frames frames;
    private final GoneStreams gone;
    private final TakenBack takenBack;
    private final Http2Connection.PropertyKey streamKey;
    private final ArrayDeque<ClientStream> spare = new ArrayDeque<>();
    private final Deadline deadline = new Deadline(this::overdue);
    private final Rate control = new Rate(1000, Duration.ofSeconds(10));
    private final Rate refusals = new Rate(200, Duration.ofSeconds(30));
    private @Nullable ChannelHandlerContext context;
    private Phase phase = Phase.OPEN;
    private boolean dirty;
    private boolean flushing;
    private boolean flushAgain;

    Http2Client(
            Http2 http2,
            Channel channel,
            Frames frames,
            GoneStreams gone,
            TakenBack takenBack,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings, true);
        this.http2 = http2;
        this.worker = http2.worker();
        this.channel = channel;
        this.peer = Peer.ofHttp2(channel);
        this.frames = frames;
        this.gone = gone;
        this.takenBack = takenBack;
        this.streamKey = connection().newKey();
        connection()
                .addListener(
                        new Http2ConnectionAdapter() {
                            @Override
                            public void onStreamClosed(Http2Stream stream) {
                                streamClosed(stream);
                            }
                        });
        encoder.flowController().listener(this::writabilityChanged);
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext added = context;
        if (added == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return added;
    }

    Worker worker() {
        return worker;
    }

    Peer peer() {
        return peer;
    }

    Channel channel() {
        return channel;
    }

    ResponseFields response() {
        return http2.response();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        worker.opened(this);
        worker.arm(deadline, worker.rules().timeouts().head());
        super.handlerAdded(added);
        Http2Stream whole = connection().connectionStream();
        decoder().flowController().incrementWindowSize(whole, WINDOW - USUAL_WINDOW);
        flush(added);
        if (worker.shared().leaving()) {
            letGo();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) throws Exception {
        phase = Phase.CLOSING;
        deadline.disarm();
        worker.closed(this);
        // Closes the streams, which aborts their exchanges.
        super.channelInactive(closed);
        worker.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            var _ = failed.close();
        } else {
            super.exceptionCaught(failed, cause);
        }
    }

    // What the client says.

    Http2FrameListener listener() {
        return new Listener();
    }

    private final class Listener extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endStream)
                throws Http2Exception {
            Http2Stream stream = connection().stream(streamId);
            ClientStream known = stream.getProperty(streamKey);
            if (known == null) {
                begin(stream, (FieldList) headers, endStream);
            } else {
                known.trailers((FieldList) headers);
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext from,
                int streamId,
                ByteBuf data,
                int padding,
                boolean endStream) {
            ClientStream stream = connection().stream(streamId).getProperty(streamKey);
            int octets = data.readableBytes() + padding;
            return stream == null ? octets : stream.data(data, octets, endStream);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int streamId, long errorCode) {
            gone.resetByClient(streamId);
        }

        @Override
        public void onGoAwayRead(
                ChannelHandlerContext from, int lastStreamId, long errorCode, ByteBuf debugData) {
            // It opens no further streams: what is under way is the last.
            if (phase == Phase.OPEN || phase == Phase.ANNOUNCED) {
                sayLast();
            }
        }

        @Override
        public void onPingRead(ChannelHandlerContext from, long data) throws Http2Exception {
            costsNothing();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext from, long data) {
            if (data == GOODBYE && phase == Phase.ANNOUNCED) {
                sayLast();
            }
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings)
                throws Http2Exception {
            soil();
            costsNothing();
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext from,
                int streamId,
                int streamDependency,
                short weight,
                boolean exclusive)
                throws Http2Exception {
            costsNothing();
        }

        @Override
        public void onWindowUpdateRead(
                ChannelHandlerContext from, int streamId, int windowSizeIncrement) {
            soil();
        }
    }

    /** A frame that is cheap to send and needs an answer or some work (RFC 9113 section 10.5). */
    private void costsNothing() throws Http2Exception {
        if (!control.take(worker.now())) {
            throw calm("too many PING, SETTINGS and PRIORITY frames");
        }
    }

    private static Http2Exception calm(String reason) {
        return new Http2Exception(
                Http2Error.ENHANCE_YOUR_CALM, reason, Http2Exception.ShutdownHint.HARD_SHUTDOWN);
    }

    private void begin(Http2Stream stream, FieldList fields, boolean ended) throws Http2Exception {
        worker.shared().counters().requests().increment();
        if (phase == Phase.OPEN) {
            deadline.disarm();
        }
        if (takenBack.has(stream.id())) {
            return;
        }
        ClientStream begun = spare.poll();
        if (begun == null) {
            begun = new ClientStream(this);
        }
        stream.setProperty(streamKey, begun);
        begun.open(stream, ended);
        try {
            start(begun, fields, ended);
        } catch (ProtocolError error) {
            begun.reset(Http2Error.PROTOCOL_ERROR);
            if (!refusals.take(worker.now())) {
                throw calm("too many malformed requests");
            }
        } catch (Malformed malformed) {
            String reason = "The request is malformed: " + malformed.getMessage() + '.';
            begun.failed(worker.rules().dress(Answer.of(malformed.status(), reason)));
        }
    }

    private void start(ClientStream stream, FieldList fields, boolean ended) {
        RequestOctets request = http2.request();
        ByteBuf octets = request.write(fields, ended);
        String key = "";
        if (request.websocket()) {
            key = WebSocketKey.fresh();
            octets = request.upgrade(key);
        }
        RequestHead head = worker.requestHead(peer);
        // One gate for both protocols; and it must find exactly what was meant.
        if (!head.read(octets) || octets.isReadable() || head.fields() != request.fields()) {
            throw new ProtocolError("the request reads differently in HTTP/1.1");
        }
        if (ended && head.contentLength() > 0) {
            throw new ProtocolError("Content-Length without content");
        }
        if (!key.isEmpty() && !head.websocket()) {
            throw new ProtocolError("the request asks for more than a WebSocket");
        }
        stream.start(head, key);
    }

    private void streamClosed(Http2Stream stream) {
        ClientStream closed = stream.removeProperty(streamKey);
        if (closed != null) {
            closed.closed();
        }
        if (connection().numActiveStreams() == 0) {
            if (phase == Phase.OPEN) {
                worker.arm(deadline, worker.rules().timeouts().keepAlive());
            } else {
                soil();
            }
        }
    }

    /** A stream nobody uses any more may carry another request. */
    void giveBack(ClientStream free) {
        if (spare.size() < Http2ClientBuilder.STREAMS_MAX) {
            spare.push(free);
        }
    }

    private void writabilityChanged(Http2Stream stream) {
        ClientStream changed = stream.getProperty(streamKey);
        if (changed != null) {
            changed.writabilityChanged(encoder().flowController().isWritable(stream));
        }
    }

    // What goes to the client.

    boolean writable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    boolean unsent(Http2Stream stream) {
        return encoder().flowController().hasFlowControlled(stream);
    }

    void head(Http2Stream stream, Http2Headers fields, ChannelPromise promise, boolean last) {
        var _ = encoder().writeHeaders(context(), stream.id(), fields, 0, last, promise);
    }

    void data(Http2Stream stream, ByteBuf content, ChannelPromise promise, boolean last) {
        var _ = encoder().writeData(context(), stream.id(), content, 0, last, promise);
        soil();
    }

    ChannelPromise promise() {
        return context().newPromise();
    }

    void reset(Http2Stream stream, Http2Error error) {
        var _ = encoder().writeRstStream(context(), stream.id(), error.code(), promise());
    }

    /** The octets were taken: the client may send as many again. */
    void taken(Http2Stream stream, int octets) {
        try {
            decoder().flowController().consumeBytes(stream, octets);
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    void soil() {
        if (!dirty) {
            dirty = true;
            worker.dirty(this);
        }
    }

    @Override
    public void flushNow() {
        flush(context());
    }

    @Override
    public void flush(ChannelHandlerContext to) {
        if (flushing) {
            flushAgain = true;
            return;
        }
        flushing = true;
        try {
            do {
                flushAgain = false;
                dirty = false;
                encoder().flowController().writePendingBytes();
                frames.push(to);
                to.flush();
            } while (flushAgain);
        } catch (Http2Exception e) {
            onError(to, true, e);
        } finally {
            flushing = false;
        }
        if (phase == Phase.LAST_SAID && connection().numActiveStreams() == 0) {
            close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        discardSomeReadBytes();
        worker.flush();
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext at,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException error) {
        Http2Stream stream = connection().stream(error.streamId());
        if (outbound && (stream == null || stream.state() == Http2Stream.State.CLOSED)) {
            // What waited for a stream that is gone: its client knows.
            return;
        }
        if (stream == null && gone.wasResetHere(error.streamId())) {
            // Sent before the client knew.
            return;
        }
        if (!refusals.take(worker.now())) {
            onConnectionError(at, outbound, cause, calm("too many errors of streams"));
            return;
        }
        super.onStreamError(at, outbound, cause, error);
    }

    // How it ends.

    @Override
    public void letGo() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.ANNOUNCED;
        goAway(Integer.MAX_VALUE);
        var _ = encoder().writePing(context(), false, GOODBYE, promise());
        worker.arm(deadline, ROUND_TRIP_MAX);
        flush(context());
    }

    @Override
    public void leave() {
        letGo();
    }

    private void sayLast() {
        phase = Phase.LAST_SAID;
        deadline.disarm();
        goAway(connection().remote().lastStreamCreated());
        soil();
    }

    private void goAway(int lastStream) {
        var _ =
                goAway(
                        context(),
                        lastStream,
                        Http2Error.NO_ERROR.code(),
                        Unpooled.EMPTY_BUFFER,
                        promise());
    }

    /** Lets what was written arrive; what the client still sends runs dry. */
    private void close() {
        phase = Phase.CLOSING;
        worker.arm(deadline, LINGER);
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> Ending.finish(channel));
    }

    private void overdue() {
        switch (phase) {
            case OPEN -> {
                if (decoder().prefaceReceived()) {
                    letGo();
                } else {
                    cut();
                }
            }
            case ANNOUNCED -> sayLast();
            case LAST_SAID, CLOSING -> {
                var _ = channel.close();
            }
        }
    }

    @Override
    public void cut() {
        Ending.reset(channel);
    }
}
