package dev.concertina.fleet.runtime;

import dev.concertina.fleet.host.Folders;
import dev.concertina.fleet.start.Libraries;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What each release is made of: {@code releases/r1, r2, …} in the state directory. A jar is copied
 * there, so that overwriting it, as every build does, cannot break a process that runs from it.
 */
public final class Releases {
    private static final int KEPT = 5;
    private static final String JAR = "app.jar";
    private static final String UNPACKED = "unpacked";
    private static final String ABOUT = "release.json";

    private final Path directory;
    private final Preparation preparation;

    /** What is done with a jar before it becomes a release. */
    @FunctionalInterface
    public interface Preparation {
        /**
         * @param folder may be made and filled with what is started instead of the jar, in which
         *     case a jar of the same name is in it
         * @param later where the folder will be
         * @param shelf where libraries are that releases share; may have to be made
         */
        void prepare(String release, Path jar, Path folder, Path later, Path shelf);
    }

    /** For looking at them. */
    public Releases(Path stateDirectory) {
        this(stateDirectory, (_, _, _, _, _) -> {});
    }

    public Releases(Path stateDirectory, Preparation preparation) {
        this.directory = stateDirectory.resolve("releases");
        this.preparation = preparation;
    }

    /**
     * Makes a release of the jar, or of a program that has none.
     *
     * @return its name
     */
    public synchronized String add(Optional<Path> jar) {
        try {
            Files.createDirectories(directory);
            int number = numbers().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
            Path release = directory.resolve("r" + number);
            Path draft = directory.resolve(".r" + number);
            if (Files.exists(draft)) {
                Folders.delete(draft);
            }
            Files.createDirectories(draft);
            if (jar.isPresent()) {
                Files.copy(jar.get(), draft.resolve(JAR), StandardCopyOption.REPLACE_EXISTING);
                preparation.prepare(
                        "r" + number,
                        draft.resolve(JAR),
                        draft.resolve(UNPACKED),
                        release.resolve(UNPACKED),
                        shelf());
            }
            Files.writeString(draft.resolve(ABOUT), Json.write(about(jar, draft)));
            Files.move(draft, release, StandardCopyOption.ATOMIC_MOVE);
            return "r" + number;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make a release of "
                            + jar.map(Path::toString).orElse("the command")
                            + " in "
                            + directory
                            + ": "
                            + e,
                    e);
        }
    }

    private About about(Optional<Path> jar, Path draft) throws IOException {
        Path copy = draft.resolve(JAR);
        return new About(
                Files.getLastModifiedTime(draft).toInstant(),
                jar.map(j -> j.toAbsolutePath().toString()),
                jar.isPresent() ? Files.size(copy) : 0,
                jar.isPresent() ? Optional.of(digest(copy)) : Optional.empty());
    }

    /** SHA-256 of a file, in hexadecimal. */
    public static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[1 << 16];
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                sha.update(part, 0, n);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * What is kept beside a release.
     *
     * @param source the jar it was copied from; empty for a command
     */
    public record About(
            Instant made, Optional<String> source, long bytes, Optional<String> sha256) {}

    /** Names of those that are kept, oldest first. */
    public synchronized List<String> kept() {
        try {
            return Files.isDirectory(directory)
                    ? numbers().stream().map(n -> "r" + n).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + directory + ": " + e, e);
        }
    }

    /** Empty if an earlier version made it, or it is not kept. */
    public Optional<About> about(String release) {
        Path file = directory.resolve(release).resolve(ABOUT);
        try {
            return Files.exists(file)
                    ? Optional.of(Json.read(Files.readString(file), About.class))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public Path folder(String release) {
        return directory.resolve(release);
    }

    /** What is started: the unpacked jar if there is one. */
    public Path jar(String release) {
        Path unpacked = folder(release).resolve(UNPACKED).resolve(JAR);
        return Files.exists(unpacked) ? unpacked : folder(release).resolve(JAR);
    }

    /** Empty where the release has none that it shares. */
    public Optional<Libraries> libraries(String release) {
        return Libraries.of(folder(release).resolve(UNPACKED));
    }

    /** Where libraries are that releases share. */
    private Path shelf() {
        return directory.resolve("libraries");
    }

    public boolean unpacked(String release) {
        return Files.exists(folder(release).resolve(UNPACKED).resolve(JAR));
    }

    /** Forgets all but the latest few, and never one that is in use. */
    public synchronized void prune(Set<String> used) {
        try {
            List<Integer> numbers = numbers();
            for (int number : numbers.subList(0, Math.max(0, numbers.size() - KEPT))) {
                if (!used.contains("r" + number)) {
                    Folders.delete(directory.resolve("r" + number));
                }
            }
            Libraries.tidy(
                    shelf(),
                    numbers().stream().map(n -> folder("r" + n).resolve(UNPACKED)).toList());
        } catch (IOException e) {
            // What is left is deleted the next time.
        }
    }

    private List<Integer> numbers() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return new ArrayList<>(
                    entries.map(p -> p.getFileName().toString())
                            .filter(n -> n.matches("r[0-9]{1,9}"))
                            .map(n -> Integer.valueOf(n.substring(1)))
                            .sorted()
                            .toList());
        }
    }
}
