package dev.concertina.fleet.traffic;

import java.nio.file.Path;

/**
 * Where a gateway listens and where it leaves its traces.
 *
 * @param host address to bind
 * @param port 0 is any free one, kept when the gateway starts again
 * @param stateDirectory holds {@code gateway.json}, the control socket and {@code logs/}
 */
public record GatewaySettings(String host, int port, Path stateDirectory) {
    Path log() {
        return stateDirectory.resolve("logs").resolve("gateway.log");
    }
}
