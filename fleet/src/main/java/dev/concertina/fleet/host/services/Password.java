package dev.concertina.fleet.host.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The password of one embedded service, generated once and kept where only the owner reads. */
final class Password {
    private Password() {}

    /** 32 random bytes in letters, digits, dash and underscore. */
    static String in(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return generate(file);
        } catch (IOException e) {
            throw new ServiceException(
                    "services: "
                            + file
                            + " cannot be read ("
                            + e
                            + "). Run as the user who owns it.",
                    e);
        }
    }

    private static String generate(Path file) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        try {
            Path next =
                    Files.createTempFile(
                            file.toAbsolutePath().getParent(),
                            "password",
                            ".next",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, password + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ServiceException(
                    "services: " + file + " cannot be written (" + e + "). Give write access.", e);
        }
        return password;
    }
}
