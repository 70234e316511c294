package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one file without reading it.
 *
 * @param etag strong (RFC 9110 section 8.8.3): from size, time of change to the nanosecond and
 *     inode, so another file under the same name never has the same
 * @param modified to the second, as HTTP says it
 * @param coding with which it was encoded beforehand
 * @param varies whether another client may get another coding
 */
record FileFacts(
        String etag,
        long size,
        Instant modified,
        String type,
        Optional<Coding> coding,
        boolean varies) {

    static FileFacts of(
            BasicFileAttributes attributes, String type, @Nullable Coding coding, boolean varies) {
        return new FileFacts(
                etag(attributes, coding),
                attributes.size(),
                attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS),
                type,
                Optional.ofNullable(coding),
                varies);
    }

    private static String etag(BasicFileAttributes attributes, @Nullable Coding coding) {
        String all =
                attributes.size()
                        + " "
                        + attributes.lastModifiedTime().toInstant()
                        + " "
                        + attributes.fileKey()
                        + " "
                        + coding;
        try {
            // Hashed, so that nobody learns inode numbers.
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(UTF_8));
            return '"'
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(Arrays.copyOf(hash, 12))
                    + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
