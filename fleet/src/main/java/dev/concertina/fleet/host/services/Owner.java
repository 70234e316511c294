package dev.concertina.fleet.host.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** User ids as the kernel counts them: names may be missing in a container. */
final class Owner {
    static final int ROOT = 0;

    private Owner() {}

    static int ofThisProcess() {
        try {
            return of(Path.of("/proc/self"));
        } catch (IOException e) {
            return "root".equals(System.getProperty("user.name")) ? ROOT : -1;
        }
    }

    static int of(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }
}
