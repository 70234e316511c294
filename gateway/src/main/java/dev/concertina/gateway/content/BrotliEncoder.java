package dev.concertina.gateway.content;

import com.aayushatharva.brotli4j.encoder.BrotliEncoderChannel;
import com.aayushatharva.brotli4j.encoder.Encoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Brotli (RFC 7932). */
final class BrotliEncoder extends BodyEncoder {
    private static final int QUALITY = 4;
    // 256 KiB, as for Zstandard.
    private static final int WINDOW_LOG = 18;
    private static final int INPUT = 16 * 1024;

    private final Into into = new Into();
    private final BrotliEncoderChannel encoder;

    BrotliEncoder(ByteBufAllocator alloc) {
        super(alloc);
        try {
            encoder =
                    new BrotliEncoderChannel(
                            into, Encoder.Parameters.create(QUALITY, WINDOW_LOG), INPUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void write(ByteBuf content, ByteBuf out) {
        doing(
                out,
                () -> {
                    for (ByteBuffer part : content.nioBuffers()) {
                        while (part.hasRemaining()) {
                            encoder.write(part);
                        }
                    }
                });
    }

    @Override
    void flush(ByteBuf out) {
        doing(out, encoder::flush);
    }

    @Override
    void end(ByteBuf out) {
        doing(out, encoder::close);
    }

    @Override
    void free() {
        // Ends the stream first, if that was not done; nobody wants what comes out then.
        doing(null, encoder::close);
    }

    private void doing(@Nullable ByteBuf out, Step step) {
        into.out = out;
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("brotli: " + e.getMessage(), e);
        } finally {
            into.out = null;
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Where the library writes to: the buffer of the moment. */
    private static final class Into implements WritableByteChannel {
        private @Nullable ByteBuf out;

        @Override
        public int write(ByteBuffer octets) {
            int length = octets.remaining();
            if (out == null) {
                octets.position(octets.limit());
            } else {
                out.writeBytes(octets);
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is kept.
        }
    }
}
