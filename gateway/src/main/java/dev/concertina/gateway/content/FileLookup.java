package dev.concertina.gateway.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds and opens a file on disc. Runs where waiting is allowed.
 *
 * @param root the folder that nothing leads out of, links included
 * @param name below it, safe by {@link ServedFolder}
 * @param accepted codings of the client, as bits by place
 */
record FileLookup(Path root, String name, int accepted) {
    private static final String INDEX = "index.html";
    private static final int TRIES = 3;

    /** Smallest first, as a rule. */
    private static final List<Coding> BEFOREHAND = List.of(Coding.BR, Coding.ZSTD, Coding.GZIP);

    private record Candidate(Path path, FileFacts facts) {}

    /**
     * @param before what was found last time; null for none
     */
    Found find(@Nullable OpenFile before) {
        try {
            Path realRoot = root.toRealPath();
            boolean folder = name.isEmpty() || name.endsWith("/");
            Path real = realRoot.resolve(name).toRealPath();
            if (Files.isDirectory(real)) {
                if (!folder) {
                    return new Found.Folder();
                }
                real = real.resolve(INDEX).toRealPath();
            } else if (folder) {
                return new Found.Absent();
            }
            return isWithin(realRoot, real) ? open(real, before) : new Found.Absent();
        } catch (IOException | InvalidPathException | SecurityException notForUs) {
            return new Found.Absent();
        }
    }

    /** Where the links lead to must be below the folder and not hidden there. */
    private static boolean isWithin(Path realRoot, Path real) {
        if (!real.startsWith(realRoot)) {
            return false;
        }
        for (Path segment : realRoot.relativize(real)) {
            String word = segment.toString();
            if (word.startsWith(".") && ServedFolder.isHidden(word, 0)) {
                return false;
            }
        }
        return true;
    }

    /** Opens it, and looks again whether what is open is what the facts are about. */
    private Found open(Path real, @Nullable OpenFile before) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Optional<Candidate> candidate = candidate(real);
            if (candidate.isEmpty()) {
                return new Found.Absent();
            }
            FileFacts facts = candidate.get().facts;
            if (before != null && before.facts().equals(facts)) {
                return new Found.Same();
            }
            FileChannel channel =
                    FileChannel.open(
                            candidate.get().path,
                            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            if (candidate(real).map(Candidate::facts).filter(facts::equals).isPresent()) {
                return new Found.File(new OpenFile(channel, facts));
            }
            channel.close();
        }
        return new Found.Absent();
    }

    /** The file, or its encoded sibling if the client takes that. */
    private Optional<Candidate> candidate(Path real) throws IOException {
        BasicFileAttributes attributes = attributes(real);
        if (!attributes.isRegularFile()) {
            return Optional.empty();
        }
        String type = MediaTypes.of(String.valueOf(real.getFileName()));
        Candidate chosen = null;
        boolean varies = false;
        for (Coding coding : BEFOREHAND) {
            Path sibling = real.resolveSibling(real.getFileName() + coding.suffix());
            Optional<BasicFileAttributes> encoded = sibling(sibling, attributes);
            varies |= encoded.isPresent();
            if (chosen == null && encoded.isPresent() && (accepted & (1 << coding.place())) != 0) {
                chosen = new Candidate(sibling, FileFacts.of(encoded.get(), type, coding, true));
            }
        }
        return Optional.of(
                chosen == null
                        ? new Candidate(real, FileFacts.of(attributes, type, null, varies))
                        : chosen);
    }

    /** Not one that is older than the file: it was encoded from something else. */
    private static Optional<BasicFileAttributes> sibling(Path path, BasicFileAttributes plain) {
        try {
            BasicFileAttributes encoded = attributes(path);
            boolean older =
                    encoded.lastModifiedTime().toInstant().getEpochSecond()
                            < plain.lastModifiedTime().toInstant().getEpochSecond();
            return encoded.isRegularFile() && !older ? Optional.of(encoded) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
