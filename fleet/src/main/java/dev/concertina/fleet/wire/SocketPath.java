package dev.concertina.fleet.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Where a Unix domain socket of a state directory is. The operating system allows 107 bytes for its
 * path (unix(7)); a deeper state directory gets a short private one under the temporary directory,
 * the same at every call.
 */
public final class SocketPath {
    private static final int BYTES_MAX = 107;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private SocketPath() {}

    /**
     * @throws IOException if the directory cannot be made, or belongs to somebody else
     */
    public static Path of(Path stateDirectory, String name) throws IOException {
        Path directory = stateDirectory.toAbsolutePath().normalize();
        Path path = directory.resolve(name + ".sock");
        if (path.toString().getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX) {
            return path;
        }
        return privateDirectory().resolve(digest(directory) + "-" + name + ".sock");
    }

    private static Path privateDirectory() throws IOException {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9]", "_");
        Path directory =
                Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "concertina-" + user);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        // Somebody else could have made it first, to listen in.
        if (!Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS).equals(OWNER_ONLY)
                || !Files.isWritable(directory)) {
            throw new IOException(
                    directory
                            + " is not a directory that only you may enter. Remove it, or move the"
                            + " manifest to a shorter path.");
        }
        return directory;
    }

    private static String digest(Path path) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(path.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
