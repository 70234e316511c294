package dev.concertina.gateway;

import dev.concertina.gateway.control.ControlServer;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.proxy.Timeouts;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** The gateway process: reads its arguments, serves until told to stop. */
public final class GatewayMain {
    private static final int USAGE = 2;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

    private GatewayMain() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        try {
            serve(Settings.parse(arguments));
            return 0;
        } catch (IllegalArgumentException | IOException e) {
            System.err.println("gateway: " + e.getMessage());
            return USAGE;
        }
    }

    private static void serve(Settings settings) throws IOException {
        var controlGroup = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        EventLoop control = controlGroup.next();
        GatewayServer server = listen(settings, control);
        ControlServer.open(settings.control(), controlGroup, server);
        Thread hook = new Thread(() -> stop(server, control, settings.control()), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        System.out.println(
                "gateway: listening on port "
                        + server.port()
                        + ", pid "
                        + ProcessHandle.current().pid());
        server.ended().join();
    }

    private static GatewayServer listen(Settings settings, EventLoop control) throws IOException {
        try {
            return new GatewayServer(
                    settings.listen(),
                    settings.workers(),
                    Transport.best(),
                    Timeouts.defaults(),
                    control);
        } catch (CompletionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // Netty throws the checked cause of a failed bind as it is.
            if (e instanceof IOException) {
                throw new BindException(
                        "--listen "
                                + settings.listen()
                                + " cannot be used: "
                                + e.getMessage()
                                + ". Stop what uses it, or choose another port");
            }
            throw new IOException(e);
        }
    }

    private static void stop(GatewayServer server, EventLoop control, Path socket) {
        control.execute(() -> server.stop(STOP_WITHIN));
        server.ended().join();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            System.err.println("gateway: control socket " + socket + " stays behind: " + e);
        }
    }
}
