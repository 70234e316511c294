package dev.concertina.gateway.content;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Gzip (RFC 1952) around the JDK's deflate. */
final class GzipEncoder extends BodyEncoder {
    private static final byte[] HEADER = {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int ROOM = 512;

    private final Deflater deflater;
    private final Consumer<Deflater> back;
    private final CRC32 check = new CRC32();
    private boolean begun;
    private int length;

    /**
     * @param deflater without a wrapper of its own (nowrap)
     * @param back takes it when the body is over
     */
    GzipEncoder(ByteBufAllocator alloc, Deflater deflater, Consumer<Deflater> back) {
        super(alloc);
        this.deflater = deflater;
        this.back = back;
    }

    @Override
    void write(ByteBuf content, ByteBuf out) {
        begin(out);
        length += content.readableBytes();
        for (ByteBuffer part : content.nioBuffers()) {
            check.update(part.duplicate());
            deflater.setInput(part);
            while (!deflater.needsInput()) {
                deflate(out, Deflater.NO_FLUSH);
            }
        }
    }

    @Override
    void flush(ByteBuf out) {
        while (!deflate(out, Deflater.SYNC_FLUSH)) {
            // There was more than room.
        }
    }

    @Override
    void end(ByteBuf out) {
        begin(out);
        deflater.finish();
        while (!deflater.finished()) {
            deflate(out, Deflater.NO_FLUSH);
        }
        out.writeIntLE((int) check.getValue());
        out.writeIntLE(length);
    }

    private void begin(ByteBuf out) {
        if (!begun) {
            begun = true;
            out.writeBytes(HEADER);
        }
    }

    /** Whether everything came out. */
    private boolean deflate(ByteBuf out, int flush) {
        out.ensureWritable(ROOM);
        int room = out.writableBytes();
        int written = deflater.deflate(out.nioBuffer(out.writerIndex(), room), flush);
        out.writerIndex(out.writerIndex() + written);
        return written < room;
    }

    @Override
    void free() {
        back.accept(deflater);
    }
}
