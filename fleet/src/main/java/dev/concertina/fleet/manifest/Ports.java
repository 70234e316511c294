package dev.concertina.fleet.manifest;

import dev.concertina.fleet.host.PortOwner;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
        var owner = PortOwner.of(port);
        return new Taken(
                owner.map(who -> who + " listens on it already.")
                        .orElse("another process listens on it already."),
                owner.isPresent()
                        ? "End that process, or choose another port."
                        : "Choose another port.");
    }
}
