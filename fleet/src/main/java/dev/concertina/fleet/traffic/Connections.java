package dev.concertina.fleet.traffic;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The TCP connections of this machine at one moment (proc(5), {@code /proc/net/tcp}).
 *
 * @param byInode of each established one, the port at its other end
 */
record Connections(Map<String, Integer> byInode) {
    private static final String ESTABLISHED = "01";

    static Connections now() {
        Map<String, Integer> ports = new HashMap<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : lines(Path.of("/proc/net", table))) {
                String[] f = line.strip().split("\\s+");
                if (f.length > 9 && f[3].equals(ESTABLISHED)) {
                    int port = Integer.parseInt(f[2].substring(f[2].indexOf(':') + 1), 16);
                    ports.put("socket:[" + f[9] + "]", port);
                }
            }
        }
        return new Connections(ports);
    }

    /** To this port, by whomever. */
    int to(int port) {
        return (int) byInode.values().stream().filter(p -> p == port).count();
    }

    /** To this port, held by this process; 0 if this user may not look. */
    int to(int port, long pid) {
        int count = 0;
        Path descriptors = Path.of("/proc", Long.toString(pid), "fd");
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                if (byInode.getOrDefault(target(descriptor), 0) == port) {
                    count++;
                }
            }
        } catch (IOException e) {
            return count;
        }
        return count;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
