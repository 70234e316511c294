package dev.concertina.acceptance.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * nginx as an instance. It reads the request whole and has another instance say what it has read.
 */
final class NginxEcho implements AutoCloseable {
    private final Process process;
    private final int port;

    NginxEcho(Path directory, int echoPort) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log emerg;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  client_body_buffer_size 1m;
                  server {
                    listen 127.0.0.1:%2$d;
                    location / { proxy_pass http://127.0.0.1:%3$d; }
                  }
                }
                """
                        .formatted(directory, port, echoPort));
        process =
                new ProcessBuilder(
                                "nginx", "-p", directory.toString(), "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("nginx.log").toFile())
                        .start();
        GatewayProcess.until("nginx listens", this::listens);
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new AssertionError("nginx ended with " + process.exitValue());
        }
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        GatewayProcess.until("nginx ends", () -> !process.isAlive());
    }
}
