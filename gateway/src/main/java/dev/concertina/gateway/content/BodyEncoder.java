package dev.concertina.gateway.content;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Encodes one body, part by part. Holds native memory until {@link #close}, which every path must
 * reach: after {@link #finish} as well as when the body is given up. Not for several threads.
 */
public abstract class BodyEncoder implements AutoCloseable {
    private static final int ROOM_MIN = 256;

    final ByteBufAllocator alloc;
    private boolean unflushed;
    private boolean closed;

    BodyEncoder(ByteBufAllocator alloc) {
        this.alloc = alloc;
    }

    /**
     * Takes the content, which is released.
     *
     * @param flush whether the client must be able to decode all of it from what comes out
     * @return what is ready, often nothing; the caller's to release
     */
    public final ByteBuf encode(ByteBuf content, boolean flush) {
        ByteBuf out = alloc.directBuffer(Math.max(ROOM_MIN, content.readableBytes() / 2));
        boolean done = false;
        try {
            requireOpen();
            if (content.isReadable()) {
                unflushed = true;
                write(content, out);
            }
            if (flush && unflushed) {
                unflushed = false;
                flush(out);
            }
            done = true;
            return out;
        } finally {
            content.release();
            if (!done) {
                out.release();
            }
        }
    }

    /** The rest; nothing may follow but {@link #close}. */
    public final ByteBuf finish() {
        requireOpen();
        ByteBuf out = alloc.directBuffer(ROOM_MIN);
        boolean done = false;
        try {
            end(out);
            done = true;
            return out;
        } finally {
            if (!done) {
                out.release();
            }
        }
    }

    /** Gives the native memory back. More than once does nothing. */
    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the encoder is closed");
        }
    }

    abstract void write(ByteBuf content, ByteBuf out);

    abstract void flush(ByteBuf out);

    abstract void end(ByteBuf out);

    abstract void free();
}
