package dev.concertina.gateway.content;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/** Zstandard (RFC 8878), with a window that every client must have (RFC 9659: 8 MiB). */
final class ZstdEncoder extends BodyEncoder {
    private static final int LEVEL = 3;
    // 256 KiB: what is beyond helps large files, and costs that much for every body under way.
    private static final int WINDOW_LOG = 18;
    private static final int ROOM = 512;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final ZstdCompressCtx context = new ZstdCompressCtx();

    ZstdEncoder(ByteBufAllocator alloc) {
        super(alloc);
        context.setLevel(LEVEL);
        context.setWindowLog(WINDOW_LOG);
    }

    @Override
    void write(ByteBuf content, ByteBuf out) {
        for (ByteBuffer part : content.nioBuffers()) {
            if (part.isDirect()) {
                take(part, out);
            } else {
                copied(part, out);
            }
        }
    }

    private void copied(ByteBuffer part, ByteBuf out) {
        ByteBuf copy = alloc.directBuffer(part.remaining());
        try {
            copy.writeBytes(part);
            take(copy.nioBuffer(), out);
        } finally {
            copy.release();
        }
    }

    private void take(ByteBuffer part, ByteBuf out) {
        while (part.hasRemaining()) {
            step(part, out, EndDirective.CONTINUE);
        }
    }

    @Override
    void flush(ByteBuf out) {
        while (!step(NOTHING.duplicate(), out, EndDirective.FLUSH)) {
            // There was more than room.
        }
    }

    @Override
    void end(ByteBuf out) {
        while (!step(NOTHING.duplicate(), out, EndDirective.END)) {
            // There was more than room.
        }
    }

    private boolean step(ByteBuffer part, ByteBuf out, EndDirective directive) {
        out.ensureWritable(ROOM);
        ByteBuffer room = out.nioBuffer(out.writerIndex(), out.writableBytes());
        int before = room.position();
        boolean complete = context.compressDirectByteBufferStream(room, part, directive);
        out.writerIndex(out.writerIndex() + room.position() - before);
        return complete;
    }

    @Override
    void free() {
        context.close();
    }
}
