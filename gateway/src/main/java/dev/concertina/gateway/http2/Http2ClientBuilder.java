package dev.concertina.gateway.http2;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Puts Netty's parts of HTTP/2 together with ours, and says what a client may do. */
final class Http2ClientBuilder
        extends AbstractHttp2ConnectionHandlerBuilder<Http2Client, Http2ClientBuilder> {
    static final int STREAMS_MAX = 128;

    /** RFC 8441 section 3. */
    private static final char ENABLE_CONNECT_PROTOCOL = 8;

    private static final int EMPTY_DATA_MAX = 10;
    private static final int RESETS_MAX = 200;
    private static final int RESETS_SECONDS = 30;
    private static final int SMALL_CONTINUATIONS_MAX = 16;

    private final Http2 http2;
    private final Channel channel;
    private final GoneStreams gone = new GoneStreams();
    private final TakenBack takenBack = new TakenBack();
    private final Frames frames = new Frames(gone);

    private Http2ClientBuilder(Http2 http2, Channel channel) {
        this.http2 = http2;
        this.channel = channel;
    }

    static Http2Client build(Http2 http2, Channel channel) {
        return new Http2ClientBuilder(http2, channel).assemble();
    }

    private Http2Client assemble() {
        int headBytes = http2.worker().rules().bounds().headBytes();
        Http2Settings settings =
                new Http2Settings().maxConcurrentStreams(STREAMS_MAX).maxHeaderListSize(headBytes);
        settings.put(ENABLE_CONNECT_PROTOCOL, Long.valueOf(1));
        initialSettings(settings);
        decoupleCloseAndGoAway(true);
        decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_MAX);
        decoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS);
        Http2Connection connection = new DefaultHttp2Connection(true);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(
                                connection, new UniformStreamByteDistributor(connection)));
        var encoder = new DefaultHttp2ConnectionEncoder(connection, frames);
        var reader =
                new StrictReader(
                        new DefaultHttp2FrameReader(new Fields(headBytes), SMALL_CONTINUATIONS_MAX),
                        connection,
                        gone,
                        takenBack);
        codec(
                new DefaultHttp2ConnectionDecoder(
                        connection,
                        encoder,
                        reader,
                        Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                        true,
                        true,
                        false),
                encoder);
        return super.build();
    }

    @Override
    protected Http2Client build(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings initialSettings) {
        Http2Client client =
                new Http2Client(
                        http2, channel, frames, gone, takenBack, decoder, encoder, initialSettings);
        decoder.frameListener(client.listener());
        frames.whenWritten(client::soil);
        return client;
    }

    /** Decodes into one list that is used again; what it holds is checked behind it. */
    private static final class Fields extends DefaultHttp2HeadersDecoder {
        private final FieldList list = new FieldList();

        Fields(int sizeMax) {
            super(false, sizeMax);
        }

        @Override
        protected Http2Headers newHeaders() {
            list.reset();
            return list;
        }
    }
}
