package dev.concertina.fleet.manifest;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether a TCP port can be listened on, and who has it if not. */
final class Ports {
    private Ports() {}

    /** Why the port cannot be had. */
    record Taken(String reason, String next) {}

    static Optional<Taken> taken(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return Optional.empty();
        } catch (BindException e) {
            return Optional.of(refused(host, port, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return Optional.of(
                    new Taken(
                            "'" + host + "' is not an address of this machine.",
                            "Correct the host."));
        }
    }

    private static Taken refused(String host, int port, String reason) {
        if (reason.contains("Permission")) {
            return new Taken("this user may not listen below 1024.", "Choose a port from 1024 on.");
        }
        if (reason.contains("assign")) {
            return new Taken(
                    "'" + host + "' is not an address of this machine.", "Correct the host.");
        }
        var owner = owner(port);
        return new Taken(
                owner.map(who -> who + " listens on it already.")
                        .orElse("another process listens on it already."),
                owner.isPresent()
                        ? "End that process, or choose another port."
                        : "Choose another port.");
    }

    /** Such as {@code process 4711 (node server.js)}; empty where /proc does not tell. */
    static Optional<String> owner(int port) {
        var inode =
                List.of("/proc/net/tcp", "/proc/net/tcp6").stream()
                        .flatMap(table -> listening(Path.of(table), port).stream())
                        .findFirst();
        if (inode.isEmpty()) {
            return Optional.empty();
        }
        var socket = "socket:[" + inode.get() + "]";
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .filter(p -> holds(p, socket))
                    .map(p -> "process " + p.getFileName() + " (" + commandLine(p) + ")")
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The inode of a socket in state LISTEN; columns as in proc_pid_net(5). */
    private static Optional<String> listening(Path table, int port) {
        var local = String.format(":%04X", port);
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(c -> c.length > 9 && c[1].endsWith(local) && c[3].equals("0A"))
                    .map(c -> c[9])
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean holds(Path process, String socket) {
        try (var descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().equals(socket);
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    private static String commandLine(Path process) {
        try {
            var words = Files.readString(process.resolve("cmdline")).replace('\0', ' ').strip();
            return words.length() > 60 ? words.substring(0, 59) + "…" : words;
        } catch (IOException e) {
            return "?";
        }
    }
}
