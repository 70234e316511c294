package dev.concertina.fleet.host.services;

import dev.concertina.fleet.host.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Server programs out of jars, unpacked once for each user. A folder appears whole, by a rename, so
 * that any number of fleets may start at the same moment.
 */
final class BinaryCache {
    private static final Set<PosixFilePermission> PROGRAM =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path root;

    BinaryCache(Path root) {
        this.root = root;
    }

    static BinaryCache ofThisUser() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache);
        return new BinaryCache(base.resolve("concertina"));
    }

    /** One file of the class path, executable, alone in a folder of the given name. */
    Path program(String folder, String resource, String as) {
        Path home =
                unpacked(
                        folder,
                        resource,
                        (in, into) -> {
                            Path program = into.resolve(as);
                            Files.copy(in, program);
                            Files.setPosixFilePermissions(program, PROGRAM);
                        });
        return home.resolve(as);
    }

    /** The content of a .txz of the class path. */
    Path archive(String folder, String resource) {
        return unpacked(folder, resource, BinaryCache::extract);
    }

    private interface Unpacking {
        void into(InputStream in, Path folder) throws IOException;
    }

    private Path unpacked(String folder, String resource, Unpacking unpacking) {
        Path home = root.resolve(folder);
        if (Files.isDirectory(home)) {
            return home;
        }
        try (InputStream in = BinaryCache.class.getResourceAsStream("/" + resource)) {
            if (in == null) {
                throw new ServiceException(
                        "services: "
                                + resource
                                + " is not on the class path: there is no embedded server for "
                                + System.getProperty("os.name")
                                + " "
                                + System.getProperty("os.arch")
                                + ". Run one yourself and write its URL under services.");
            }
            Files.createDirectories(root);
            Path fresh = Files.createTempDirectory(root, folder + ".");
            try {
                unpacking.into(in, fresh);
                Files.setPosixFilePermissions(fresh, PROGRAM);
                publish(fresh, home);
            } finally {
                Folders.delete(fresh);
            }
            return home;
        } catch (IOException e) {
            throw new ServiceException(
                    "services: "
                            + resource
                            + " could not be unpacked to "
                            + home
                            + " ("
                            + e
                            + "). Make room or give write access there, or set XDG_CACHE_HOME to"
                            + " another folder.",
                    e);
        }
    }

    private static void publish(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another fleet was faster; what it unpacked is the same.
            if (!Files.isDirectory(home)) {
                throw e;
            }
        }
    }

    private static void extract(InputStream in, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path path = folder.resolve(entry.getName()).normalize();
                if (!path.startsWith(folder)) {
                    throw new IOException("an entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                put(tar, entry, path);
            }
        }
    }

    private static void put(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
            throws IOException {
        try {
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                return;
            }
            if (entry.isLink()) {
                throw new IOException("a hard link in the archive: " + entry.getName());
            }
            Files.copy(tar, path);
            if ((entry.getMode() & 0100) != 0) {
                Files.setPosixFilePermissions(path, PROGRAM);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException("twice in the archive: " + entry.getName(), e);
        }
    }
}
