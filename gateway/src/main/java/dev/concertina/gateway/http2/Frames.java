package dev.concertina.gateway.http2;

import static io.netty.handler.codec.http2.Http2FrameTypes.CONTINUATION;
import static io.netty.handler.codec.http2.Http2FrameTypes.DATA;
import static io.netty.handler.codec.http2.Http2FrameTypes.GO_AWAY;
import static io.netty.handler.codec.http2.Http2FrameTypes.HEADERS;
import static io.netty.handler.codec.http2.Http2FrameTypes.PING;
import static io.netty.handler.codec.http2.Http2FrameTypes.RST_STREAM;
import static io.netty.handler.codec.http2.Http2FrameTypes.SETTINGS;
import static io.netty.handler.codec.http2.Http2FrameTypes.WINDOW_UPDATE;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameSizePolicy;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.CharObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames for one client (RFC 9113 section 4), gathered in one buffer until the flush: what many
 * streams say in one round of reading goes out as one piece.
 */
final class Frames
        implements Http2FrameWriter, Http2FrameWriter.Configuration, Http2FrameSizePolicy {
    private static final int FRAME_HEAD = 9;
    private static final int GATHERED = 8 * 1024;

    /** Content up to this is copied: one piece goes out cheaper than three. */
    private static final int COPIED_MAX = 4096;

    private static final byte END_STREAM = 1;
    private static final byte END_HEADERS = 4;
    private static final byte ACK = 1;

    private final HeaderBlocks blocks = new HeaderBlocks();
    private final GoneStreams gone;
    private Runnable written = () -> {};
    private final int maxFrameSize = 16 * 1024;
    private @Nullable ByteBuf gathered;

    /**
     * @param gone is told of every reset
     */
    Frames(GoneStreams gone) {
        this.gone = gone;
    }

    /** Runs with each frame from now on: something waits for the flush. */
    void whenWritten(Runnable next) {
        written = next;
    }

    /** Gives what was gathered to the channel, which is not flushed by this. */
    void push(ChannelHandlerContext context) {
        ByteBuf octets = gathered;
        if (octets != null) {
            gathered = null;
            var _ = context.write(octets, context.voidPromise());
        }
    }

    private ByteBuf room(ChannelHandlerContext context, int octets) {
        written.run();
        if (gathered != null && gathered.writableBytes() < octets) {
            push(context);
        }
        ByteBuf room = gathered;
        if (room == null) {
            room = context.alloc().ioBuffer(Math.max(GATHERED, octets));
            gathered = room;
        }
        return room;
    }

    private static void head(ByteBuf out, int length, byte type, int flags, int streamId) {
        out.writeMedium(length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(streamId);
    }

    private ByteBuf frame(
            ChannelHandlerContext context, int length, byte type, int flags, int streamId) {
        ByteBuf out = room(context, FRAME_HEAD + length);
        head(out, length, type, flags, streamId);
        return out;
    }

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext context,
            int streamId,
            ByteBuf data,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        while (data.readableBytes() > maxFrameSize) {
            large(context, streamId, data.readRetainedSlice(maxFrameSize), false);
        }
        if (data.readableBytes() > COPIED_MAX) {
            large(context, streamId, data, endStream);
        } else {
            int length = data.readableBytes();
            frame(context, length, DATA, endStream ? END_STREAM : 0, streamId).writeBytes(data);
            data.release();
        }
        return done(promise);
    }

    private void large(ChannelHandlerContext context, int streamId, ByteBuf data, boolean end) {
        ByteBuf out = room(context, FRAME_HEAD);
        head(out, data.readableBytes(), DATA, end ? END_STREAM : 0, streamId);
        push(context);
        var _ = context.write(data, context.voidPromise());
    }

    /** What is gathered is as good as sent: if the connection ends first, all of it ends. */
    private static ChannelFuture done(ChannelPromise promise) {
        promise.trySuccess();
        return promise;
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        ByteBuf out = room(context, 1024);
        int start = out.writerIndex();
        int end = endStream ? END_STREAM : 0;
        head(out, 0, HEADERS, END_HEADERS | end, streamId);
        blocks.encodeHeaders(streamId, headers, out);
        int length = out.writerIndex() - start - FRAME_HEAD;
        if (length <= maxFrameSize) {
            out.setMedium(start, length);
        } else {
            ByteBuf block = out.copy(start + FRAME_HEAD, length);
            out.writerIndex(start);
            split(context, streamId, block, end);
        }
        return done(promise);
    }

    private void split(ChannelHandlerContext context, int streamId, ByteBuf block, int flags) {
        byte type = HEADERS;
        int first = flags;
        while (block.isReadable()) {
            int length = Math.min(block.readableBytes(), maxFrameSize);
            int last = length == block.readableBytes() ? END_HEADERS : 0;
            frame(context, length, type, first | last, streamId).writeBytes(block, length);
            type = CONTINUATION;
            first = 0;
        }
        block.release();
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        return writeHeaders(context, streamId, headers, padding, endStream, promise);
    }

    @Override
    public ChannelFuture writeRstStream(
            ChannelHandlerContext context, int streamId, long errorCode, ChannelPromise promise) {
        gone.resetHere(streamId);
        frame(context, 4, RST_STREAM, 0, streamId).writeInt((int) errorCode);
        return done(promise);
    }

    @Override
    public ChannelFuture writeSettings(
            ChannelHandlerContext context, Http2Settings settings, ChannelPromise promise) {
        ByteBuf out = frame(context, 6 * settings.size(), SETTINGS, 0, 0);
        for (CharObjectMap.PrimitiveEntry<Long> each : settings.entries()) {
            out.writeShort(each.key());
            out.writeInt(each.value().intValue());
        }
        return done(promise);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext context, ChannelPromise promise) {
        frame(context, 0, SETTINGS, ACK, 0);
        return done(promise);
    }

    @Override
    public ChannelFuture writePing(
            ChannelHandlerContext context, boolean ack, long data, ChannelPromise promise) {
        frame(context, 8, PING, ack ? ACK : 0, 0).writeLong(data);
        return done(promise);
    }

    @Override
    public ChannelFuture writeGoAway(
            ChannelHandlerContext context,
            int lastStreamId,
            long errorCode,
            ByteBuf debugData,
            ChannelPromise promise) {
        ByteBuf out = frame(context, 8 + debugData.readableBytes(), GO_AWAY, 0, 0);
        out.writeInt(lastStreamId);
        out.writeInt((int) errorCode);
        out.writeBytes(debugData);
        debugData.release();
        gathered = null;
        // The connection is closed when this was sent, so it has to have been.
        return context.write(out, promise);
    }

    @Override
    public ChannelFuture writeWindowUpdate(
            ChannelHandlerContext context, int streamId, int increment, ChannelPromise promise) {
        frame(context, 4, WINDOW_UPDATE, 0, streamId).writeInt(increment);
        return done(promise);
    }

    @Override
    public ChannelFuture writePriority(
            ChannelHandlerContext context,
            int streamId,
            int streamDependency,
            short weight,
            boolean exclusive,
            ChannelPromise promise) {
        throw new UnsupportedOperationException("a server has no use for PRIORITY");
    }

    @Override
    public ChannelFuture writePushPromise(
            ChannelHandlerContext context,
            int streamId,
            int promisedStreamId,
            Http2Headers headers,
            int padding,
            ChannelPromise promise) {
        throw new UnsupportedOperationException("nothing is pushed");
    }

    @Override
    public ChannelFuture writeFrame(
            ChannelHandlerContext context,
            byte frameType,
            int streamId,
            Http2Flags flags,
            ByteBuf payload,
            ChannelPromise promise) {
        throw new UnsupportedOperationException("there are no further frames");
    }

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public Http2HeadersEncoder.Configuration headersConfiguration() {
        return blocks;
    }

    @Override
    public Http2FrameSizePolicy frameSizePolicy() {
        return this;
    }

    @Override
    public void maxFrameSize(int max) {
        // A client may allow more; smaller frames keep streams fair.
    }

    @Override
    public int maxFrameSize() {
        return maxFrameSize;
    }

    @Override
    public void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
