package dev.concertina.gateway.http2;

import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Error.STREAM_CLOSED;
import static io.netty.handler.codec.http2.Http2Exception.connectionError;
import static io.netty.handler.codec.http2.Http2Exception.streamError;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames and refuses those for streams that have ended, as RFC 9113 section 5.1 has it.
 * Netty's decoder forgets such streams and treats all of them alike.
 */
final class StrictReader implements Http2FrameReader {
    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final GoneStreams gone;
    private final TakenBack takenBack;
    private @Nullable Strict strict;

    StrictReader(
            Http2FrameReader reader,
            Http2Connection connection,
            GoneStreams gone,
            TakenBack takenBack) {
        this.reader = reader;
        this.connection = connection;
        this.gone = gone;
        this.takenBack = takenBack;
    }

    @Override
    public void readFrame(ChannelHandlerContext context, ByteBuf in, Http2FrameListener listener)
            throws Http2Exception {
        Strict current = strict;
        // The decoder changes its listener once, after the preface.
        if (current == null || !current.behind.equals(listener)) {
            current = new Strict(listener);
            strict = current;
        }
        takenBack.look(in);
        try {
            reader.readFrame(context, in, current);
        } catch (Http2Exception refused) {
            takenBack.refused();
            throw refused;
        }
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    private final class Strict extends Http2FrameListenerDecorator {
        final Http2FrameListener behind;

        Strict(Http2FrameListener behind) {
            super(behind);
            this.behind = behind;
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext context,
                int streamId,
                ByteBuf data,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            if (connection.stream(streamId) == null && connection.streamMayHaveExisted(streamId)) {
                endedProperly(streamId);
            }
            return behind.onDataRead(context, streamId, data, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            if (admits(streamId)) {
                behind.onHeadersRead(context, streamId, headers, padding, endOfStream);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            if (admits(streamId)) {
                behind.onHeadersRead(
                        context,
                        streamId,
                        headers,
                        streamDependency,
                        weight,
                        exclusive,
                        padding,
                        endOfStream);
            }
        }

        private boolean admits(int streamId) throws Http2Exception {
            Http2Stream stream = connection.stream(streamId);
            if (stream != null) {
                if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                    throw streamError(streamId, STREAM_CLOSED, "HEADERS behind END_STREAM");
                }
                return true;
            }
            if (!connection.streamMayHaveExisted(streamId)) {
                gone.opened(streamId, connection.remote().lastStreamCreated());
                return true;
            }
            if (gone.wasResetHere(streamId)) {
                return false;
            }
            endedProperly(streamId);
            throw streamError(streamId, STREAM_CLOSED, "HEADERS behind RST_STREAM");
        }

        /** Returns only for a stream that was reset. */
        private void endedProperly(int streamId) throws Http2Exception {
            if (gone.passedOver(streamId)) {
                throw connectionError(
                        PROTOCOL_ERROR, "stream %d is lower than one before it", streamId);
            }
            if (!gone.wasResetHere(streamId) && !gone.wasResetByClient(streamId)) {
                throw connectionError(STREAM_CLOSED, "stream %d has ended", streamId);
            }
        }
    }
}
