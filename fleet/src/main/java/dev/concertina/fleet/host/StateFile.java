package dev.concertina.fleet.host;

import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * A small JSON file that only its owner may read, replaced whole, so that a reader after a crash
 * finds either the old value or the new one.
 */
public record StateFile<T>(Path path, Class<T> type) {

    /** Empty if there is none. A file that cannot be read as JSON is as good as none. */
    public Optional<T> read() {
        try {
            return Optional.of(Json.read(Files.readString(path), type));
        } catch (NoSuchFileException | JacksonException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void write(T value) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Path next =
                    Files.createTempFile(
                            folder,
                            path.getFileName().toString(),
                            ".next",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, Json.write(value));
            Files.move(
                    next,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
