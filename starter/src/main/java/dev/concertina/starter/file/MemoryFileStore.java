package dev.concertina.starter.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Files of this instance only, for tests. */
final class MemoryFileStore implements FileStore {
    private record Kept(StoredFile file, ByteBuffer content) {}

    private final Map<FileKey, Kept> kept = new ConcurrentHashMap<>();
    private final Map<FileKey, Half> halves = new ConcurrentHashMap<>();
    private final Clock clock;

    MemoryFileStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public Writing begin(FileKey key, String name, String type) {
        var half = new Half(key, name, type);
        halves.put(key, half);
        return half;
    }

    private final class Half implements Writing {
        private final FileKey key;
        private final String name;
        private final String type;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private volatile Instant touched = clock.instant();

        Half(FileKey key, String name, String type) {
            this.key = key;
            this.name = name;
            this.type = type;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            touched = clock.instant();
            content.write(bytes, offset, count);
        }

        @Override
        public void commit(long size, String sha256, Instant at) {
            if (!halves.remove(key, this)) {
                throw new IllegalStateException("the upload of file " + key.id() + " was given up");
            }
            var file = new StoredFile(key.id(), name, type, size, sha256, at);
            kept.put(key, new Kept(file, ByteBuffer.wrap(content.toByteArray())));
        }

        @Override
        public void close() {
            halves.remove(key, this);
        }
    }

    @Override
    public Optional<StoredFile> find(FileKey key) {
        return Optional.ofNullable(kept.get(key)).map(Kept::file);
    }

    @Override
    public Optional<InputStream> open(FileKey key, long from, long length) {
        return Optional.ofNullable(kept.get(key))
                .map(file ->
                        new ByteArrayInputStream(file.content().array(), (int) from, (int) length));
    }

    @Override
    public boolean delete(FileKey key) {
        return kept.remove(key) != null;
    }

    @Override
    public int clean(Instant before) {
        int count = 0;
        for (var half : List.copyOf(halves.values())) {
            if (half.touched.isBefore(before) && halves.remove(half.key, half)) {
                count++;
            }
        }
        return count;
    }

    long halves(Instant before) {
        return halves.values().stream().filter(half -> half.touched.isBefore(before)).count();
    }

    @Override
    public void check() {}
}
