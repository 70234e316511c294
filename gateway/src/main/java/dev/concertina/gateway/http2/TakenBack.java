package dev.concertina.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * The streams that are reset further on in what has just been received. Nobody waits for them any
 * more, so no instance need hear of them: a flood of requests that are taken back at once
 * (CVE-2023-44487) ends here.
 */
final class TakenBack {
    /** RFC 9113 section 4.1: length, type, flags, stream. */
    private static final int HEADER = 9;

    private static final int TYPE_AT = 3;
    private static final int STREAM_AT = 5;
    private static final int RESET_LENGTH = 4;

    // Most connections never reset a stream.
    private int[] streams = {};
    private int count;
    private int payloadAwaited;

    /**
     * Looks through the whole frames ahead.
     *
     * @param in stands at a frame, or, if the last one was incomplete behind its header, at that
     *     one's payload: where Netty's reader leaves it
     */
    void look(ByteBuf in) {
        count = 0;
        int at = in.readerIndex() + payloadAwaited;
        if (at > in.writerIndex()) {
            return;
        }
        payloadAwaited = 0;
        while (at + HEADER <= in.writerIndex()) {
            int length = in.getUnsignedMedium(at);
            int next = at + HEADER + length;
            if (next > in.writerIndex()) {
                payloadAwaited = length;
                return;
            }
            if (length == RESET_LENGTH && in.getByte(at + TYPE_AT) == Http2FrameTypes.RST_STREAM) {
                add(in.getInt(at + STREAM_AT) & Integer.MAX_VALUE);
            }
            at = next;
        }
    }

    /** The reader refused a frame, and stands behind it. */
    void refused() {
        payloadAwaited = 0;
    }

    private void add(int stream) {
        if (count == streams.length) {
            int[] more = new int[Math.max(8, 2 * count)];
            System.arraycopy(streams, 0, more, 0, count);
            streams = more;
        }
        streams[count++] = stream;
    }

    /** Whether the stream is reset within the octets that were looked through last. */
    boolean has(int stream) {
        for (int i = 0; i < count; i++) {
            if (streams[i] == stream) {
                return true;
            }
        }
        return false;
    }
}
