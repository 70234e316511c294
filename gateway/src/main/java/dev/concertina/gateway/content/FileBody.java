package dev.concertina.gateway.content;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.EOFException;
import java.io.IOException;

/**
 * A part of an open file, to be sent. Either {@link #region} for a plain connection, or {@link
 * #read} until {@link #remaining} is 0 and then {@link #release}. Not for several threads.
 *
 * <p>Both read the file where they run, as sendfile does: what the system holds in memory costs
 * nothing, what it does not is waited for.
 */
public final class FileBody {
    private final OpenFile file;
    private long position;
    private long remaining;
    private boolean released;

    /** The file is retained for it by the caller. */
    FileBody(OpenFile file, long position, long length) {
        this.file = file;
        this.position = position;
        this.remaining = length;
    }

    /** Octets not read yet. */
    public long remaining() {
        return remaining;
    }

    /** All of it for the transport to send, which releases it. */
    public FileRegion region() {
        released = true;
        return new Region(file, position, remaining);
    }

    /**
     * The next octets.
     *
     * @param most how many at most
     * @throws IOException also if the file has become shorter: the response cannot be completed
     */
    public ByteBuf read(ByteBufAllocator alloc, int most) throws IOException {
        int length = (int) Math.min(most, remaining);
        ByteBuf octets = alloc.ioBuffer(length);
        boolean done = false;
        try {
            while (octets.readableBytes() < length) {
                int missing = length - octets.readableBytes();
                if (octets.writeBytes(file.channel(), position, missing) < 0) {
                    throw new EOFException("the file became shorter while it was sent");
                }
                position = position + missing - (length - octets.readableBytes());
            }
            remaining -= length;
            done = true;
            return octets;
        } finally {
            if (!done) {
                octets.release();
            }
        }
    }

    /** More than once, or after {@link #region}, does nothing. */
    public void release() {
        if (!released) {
            released = true;
            file.release();
        }
    }

    /** Known to the native transports by its superclass; leaves the file open for others. */
    private static final class Region extends DefaultFileRegion {
        private final OpenFile shared;

        Region(OpenFile shared, long position, long count) {
            super(shared.channel(), position, count);
            this.shared = shared;
        }

        @Override
        protected void deallocate() {
            shared.release();
        }
    }
}
