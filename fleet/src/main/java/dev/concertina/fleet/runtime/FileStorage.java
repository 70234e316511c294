package dev.concertina.fleet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/** A file, synced at every write. */
public final class FileStorage implements Storage {
    private final Path file;

    public FileStorage(Path file) {
        this.file = file;
    }

    @Override
    public String read() {
        try {
            // Damaged bytes become replacement characters, which no checksum survives.
            return Files.exists(file)
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    : "";
        } catch (IOException e) {
            throw broken("read", e);
        }
    }

    @Override
    public long size() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw broken("read", e);
        }
    }

    @Override
    public void append(Supplier<String> text) {
        try {
            write(file, text.get(), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw broken("write", e);
        }
    }

    @Override
    public void replace(Supplier<String> text) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            write(next, text.get(), StandardOpenOption.TRUNCATE_EXISTING);
            keepFormer();
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw broken("write", e);
        }
    }

    /** What was there before a journal began anew: for explaining, not for going on. */
    public static Path former(Path file) {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    private void keepFormer() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Files.deleteIfExists(former(file));
        try {
            Files.createLink(former(file), file);
        } catch (UnsupportedOperationException e) {
            Files.copy(file, former(file));
        }
    }

    private static void write(Path path, String text, StandardOpenOption how) throws IOException {
        try (var channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    private UncheckedIOException broken(String what, IOException cause) {
        return new UncheckedIOException(
                "cannot "
                        + what
                        + " the journal "
                        + file
                        + ": "
                        + cause.getMessage()
                        + ". Instances and gateway go on serving; free the disk, then run 'up'.",
                cause);
    }
}
