package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A part of a file's content, one row at a time. */
final class PostgresContent extends InputStream {
    private static final String READ =
            "select content from concertina_file_chunk where file = ? and chunk = ?";

    private final PostgresFileStore store;
    private final long number;
    private long at;
    private long left;
    private byte[] chunk = {};
    private long chunkAt;

    PostgresContent(PostgresFileStore store, long number, long from, long length) {
        this.store = store;
        this.number = number;
        this.at = from;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        if (at < chunkAt || at >= chunkAt + chunk.length) {
            next();
        }
        int inChunk = (int) (at - chunkAt);
        int taken = (int) Math.min(Math.min(count, chunk.length - inChunk), left);
        System.arraycopy(chunk, inChunk, bytes, offset, taken);
        at += taken;
        left -= taken;
        return taken;
    }

    private void next() throws IOException {
        int index = (int) (at / PostgresFileStore.CHUNK);
        chunkAt = (long) index * PostgresFileStore.CHUNK;
        chunk = content(index);
        if (at >= chunkAt + chunk.length) {
            throw new IOException("a file ends " + left + " bytes too early");
        }
    }

    private byte[] content(int index) throws IOException {
        try {
            Optional<byte[]> found =
                    store.run(
                            READ,
                            statement -> {
                                statement.setLong(1, number);
                                statement.setInt(2, index);
                                try (var rows = statement.executeQuery()) {
                                    return rows.next()
                                            ? Optional.of(rows.getBytes(1))
                                            : Optional.empty();
                                }
                            });
            return found.orElseThrow(() -> new IOException("the file was removed meanwhile"));
        } catch (Outage e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
