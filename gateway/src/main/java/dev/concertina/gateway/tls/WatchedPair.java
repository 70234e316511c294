package dev.concertina.gateway.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pair and the files it came from. Looks at size and time first, at the content if those differ,
 * and takes the content only when the two fit: a half-replaced pair is left alone until it is
 * whole.
 */
final class WatchedPair {
    // A file may change twice within one tick of its clock, the second time unseen.
    private static final Duration TICK = Duration.ofSeconds(2);

    private final CertificateFiles files;
    private Pair pair;
    private byte[] used;
    private byte[] tried;
    private @Nullable Stamps seen;
    private Instant looked;
    private Optional<String> problem = Optional.empty();

    /** What of a file differs when it was replaced. */
    private record Stamp(FileTime modified, long size, @Nullable Object identity) {
        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    private record Stamps(Stamp certificate, Stamp key) {
        boolean settledAt(Instant looked) {
            Instant before = looked.minus(TICK);
            return certificate.modified().toInstant().isBefore(before)
                    && key.modified().toInstant().isBefore(before);
        }
    }

    WatchedPair(CertificateFiles files, Instant now) throws Unusable {
        this.files = files;
        this.seen = stamps(files);
        this.looked = now;
        byte[] certificate = content(files.certificate());
        byte[] key = content(files.key());
        this.used = digest(certificate, key);
        this.tried = used;
        this.pair = Pair.of(files, certificate, key);
    }

    Pair pair() {
        return pair;
    }

    CertificateFiles files() {
        return files;
    }

    /** Why the files as they are now are not used. */
    Optional<String> problem() {
        return problem;
    }

    /** What came of a look at the files. */
    enum Look {
        SAME,
        REPLACED,
        /** New trouble, to be reported once. */
        TROUBLE
    }

    Look look(Instant now) {
        try {
            Stamps stamps = stamps(files);
            if (stamps.equals(seen) && stamps.settledAt(looked)) {
                return Look.SAME;
            }
            byte[] certificate = content(files.certificate());
            byte[] key = content(files.key());
            seen = stamps;
            looked = now;
            return take(certificate, key);
        } catch (Unusable e) {
            return trouble(e.text());
        }
    }

    private Look take(byte[] certificate, byte[] key) throws Unusable {
        byte[] digest = digest(certificate, key);
        if (Arrays.equals(digest, used)) {
            tried = used;
            problem = Optional.empty();
            return Look.SAME;
        }
        if (Arrays.equals(digest, tried)) {
            return Look.SAME;
        }
        tried = digest;
        pair = Pair.of(files, certificate, key);
        used = digest;
        problem = Optional.empty();
        return Look.REPLACED;
    }

    /** The new pair could be read but not served: goes back to the one before. */
    void putBack(Pair before, String reason) {
        pair = before;
        used = new byte[0];
        problem = Optional.of(reason);
    }

    private Look trouble(String reason) {
        // A missing file has no content to compare: it may come back as it was.
        seen = null;
        boolean known = problem.filter(reason::equals).isPresent();
        problem = Optional.of(reason);
        return known ? Look.SAME : Look.TROUBLE;
    }

    private static Stamps stamps(CertificateFiles files) throws Unusable {
        return new Stamps(stamp(files.certificate()), stamp(files.key()));
    }

    private static Stamp stamp(Path file) throws Unusable {
        try {
            return Stamp.of(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static byte[] content(Path file) throws Unusable {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Unusable unreadable(Path file, IOException e) {
        String reason =
                switch (e) {
                    case NoSuchFileException missing -> "does not exist. Check the path";
                    case AccessDeniedException denied ->
                            "may not be read by this user. Change its owner or mode";
                    default -> "cannot be read: " + Objects.toString(e.getMessage(), e.toString());
                };
        return new Unusable(file + " " + reason);
    }

    private static byte[] digest(byte[] certificate, byte[] key) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(Integer.toString(certificate.length).getBytes(US_ASCII));
            sha.update(certificate);
            return sha.digest(key);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
