package dev.concertina.gateway.content;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.zip.Deflater;

/**
 * Makes encoders for one event loop and keeps some of their native memory for the next. Not for
 * several threads.
 */
public final class BodyEncoders implements AutoCloseable {
    private static final int GZIP_LEVEL = 5;
    private static final int KEPT_MAX = 8;

    private final ByteBufAllocator alloc;
    private final ArrayDeque<Deflater> kept = new ArrayDeque<>();
    private boolean closed;

    public BodyEncoders(ByteBufAllocator alloc) {
        this.alloc = alloc;
    }

    /** For one body; the caller's to close. */
    public BodyEncoder encoder(Coding coding) {
        return switch (coding) {
            case GZIP -> new GzipEncoder(alloc, deflater(), this::back);
            case BR -> new BrotliEncoder(alloc);
            case ZSTD -> new ZstdEncoder(alloc);
        };
    }

    private Deflater deflater() {
        Deflater used = kept.poll();
        return used == null ? new Deflater(GZIP_LEVEL, true) : used;
    }

    private void back(Deflater used) {
        if (closed || kept.size() == KEPT_MAX) {
            used.end();
        } else {
            used.reset();
            kept.push(used);
        }
    }

    /** Frees what is kept; encoders that are still open free their own when they are closed. */
    @Override
    public void close() {
        closed = true;
        kept.forEach(Deflater::end);
        kept.clear();
    }
}
