package dev.concertina.fleet.traffic;

import dev.concertina.fleet.host.PortOwner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Says in the user's words why the gateway could not listen, before a process is started. */
final class ListenCheck {
    private ListenCheck() {}

    /**
     * @throws GatewayException naming {@code gateway.listen}, its value and the next move
     */
    static void check(String host, int port) {
        String value = "gateway.listen is " + host + ":" + port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new GatewayException(
                    value + ", but " + host + " has no address. Write 127.0.0.1 or 0.0.0.0.", e);
        } catch (IOException e) {
            throw new GatewayException(
                    value + reason(host, port, String.valueOf(e.getMessage())), e);
        }
    }

    private static String reason(String host, int port, String message) {
        if (message.contains("in use")) {
            return ", but "
                    + PortOwner.of(port).orElse("another process")
                    + " listens there. End it, or write another port in gateway.listen.";
        }
        if (message.contains("Permission denied")) {
            return ", and this user may not listen there. Write a port of 1024 or more in"
                    + " gateway.listen, or allow it: sysctl net.ipv4.ip_unprivileged_port_start="
                    + port;
        }
        if (message.contains("assign")) {
            return ", but this machine has no interface with the address "
                    + host
                    + ". Write 127.0.0.1 for this machine only, 0.0.0.0 for every interface.";
        }
        return ", and that fails: " + message + ". Write another address in gateway.listen.";
    }
}
