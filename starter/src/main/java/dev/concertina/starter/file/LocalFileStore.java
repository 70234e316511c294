package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files in a folder, for development, or where all instances see the same one. The content gets its
 * name last, by one rename, so a file is whole or not there.
 */
final class LocalFileStore implements FileStore {
    private static final Logger log = LoggerFactory.getLogger(LocalFileStore.class);
    private static final String HALF = ".half";
    private static final String ABOUT = ".about";

    private final Path folder;

    LocalFileStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public String kind() {
        return "local";
    }

    private Path path(FileKey key) {
        return folder.resolve(key.tenant()).resolve(key.id().substring(0, 2)).resolve(key.id());
    }

    private static Path beside(Path path, String ending) {
        return path.resolveSibling(path.getFileName() + ending);
    }

    private static Outage failed(IOException e) {
        return new Outage("the folder of files cannot be used: " + e, e, false);
    }

    @Override
    public Writing begin(FileKey key, String name, String type) {
        try {
            var path = path(key);
            Files.createDirectories(path.getParent());
            return new Half(path, name, type);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static final class Half implements Writing {
        private final Path path;
        private final Path half;
        private final String name;
        private final String type;
        private final FileChannel channel;

        Half(Path path, String name, String type) throws IOException {
            this.path = path;
            this.half = beside(path, HALF);
            this.name = name;
            this.type = type;
            this.channel =
                    FileChannel.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            try {
                var buffer = ByteBuffer.wrap(bytes, offset, count);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public void commit(long size, String sha256, Instant at) {
            try {
                channel.force(true);
                channel.close();
                if (Files.size(half) != size) {
                    throw new IOException("it has " + Files.size(half) + " bytes, not " + size);
                }
                Files.write(
                        beside(path, ABOUT),
                        List.of(sha256, Long.toString(at.toEpochMilli()), type, name));
                Files.move(half, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
                if (Files.deleteIfExists(half)) {
                    Files.deleteIfExists(beside(path, ABOUT));
                }
            } catch (IOException e) {
                log.debug("what is left of an upload is removed later: {}", e.toString());
            }
        }
    }

    @Override
    public Optional<StoredFile> find(FileKey key) {
        var path = path(key);
        try {
            long size = Files.size(path);
            var about = Files.readAllLines(beside(path, ABOUT), StandardCharsets.UTF_8);
            var at = Instant.ofEpochMilli(Long.parseLong(about.get(1)));
            return Optional.of(
                    new StoredFile(key.id(), about.get(3), about.get(2), size, about.get(0), at));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<InputStream> open(FileKey key, long from, long length) {
        try {
            var channel = FileChannel.open(path(key), StandardOpenOption.READ).position(from);
            return Optional.of(new Part(Channels.newInputStream(channel), length));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean delete(FileKey key) {
        try {
            boolean there = Files.deleteIfExists(path(key));
            Files.deleteIfExists(beside(path(key), ABOUT));
            return there;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public int clean(Instant before) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (var all = Files.walk(folder, 3)) {
            return (int)
                    all.filter(path -> path.toString().endsWith(HALF))
                            .filter(path -> isOlder(path, before))
                            .filter(LocalFileStore::remove)
                            .count();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static boolean isOlder(Path path, Instant before) {
        try {
            return Files.getLastModifiedTime(path).toInstant().isBefore(before);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean remove(Path half) {
        try {
            return Files.deleteIfExists(half);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void check() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed(e);
        }
        if (!Files.isWritable(folder)) {
            throw new Outage("the folder of files cannot be written to", null, false);
        }
    }
}
