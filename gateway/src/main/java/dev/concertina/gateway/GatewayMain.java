package dev.concertina.gateway;

import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayPhase;
import dev.concertina.gateway.control.ControlServer;
import dev.concertina.gateway.handover.Inheritance;
import dev.concertina.gateway.handover.Listeners;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.tls.Certificates;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The gateway process: reads its arguments, serves until told to stop. */
public final class GatewayMain {
    private static final int USAGE = 2;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
    private static final Duration STAND_BY_MAX = Duration.ofSeconds(60);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

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
        Transport transport = Transport.best();
        Optional<Inheritance> inheritance = Optional.empty();
        if (settings.takeOver().isPresent()) {
            Path own = GatewayControl.ownSocket(settings.control(), pid());
            Path at = own.resolveSibling(own.getFileName() + "=");
            inheritance = Optional.of(Inheritance.from(settings.takeOver().get(), at, transport));
        }
        var controlGroup = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        EventLoop control = controlGroup.next();
        GatewayServer server = listen(settings, transport, control, inheritance);
        ControlServer leash =
                inheritance.isPresent()
                        ? standBy(inheritance.get(), settings, controlGroup, server)
                        : ControlServer.open(settings.control(), controlGroup, server);
        Thread hook = new Thread(() -> stop(server, control, leash), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        System.out.println(
                "gateway: "
                        + (inheritance.isPresent() ? "standing by for port " : "listening on port ")
                        + server.port()
                        + ", pid "
                        + pid());
        server.ended().join();
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static ControlServer standBy(
            Inheritance inheritance,
            Settings settings,
            MultiThreadIoEventLoopGroup group,
            GatewayServer server)
            throws IOException {
        EventLoop control = group.next();
        CompletableFuture.runAsync(() -> server.begin(inheritance.table()), control).join();
        var _ =
                control.schedule(
                        () -> endForgotten(server), STAND_BY_MAX.toSeconds(), TimeUnit.SECONDS);
        return ControlServer.standBy(settings.control(), group, server);
    }

    /** Whoever started it has died meanwhile, and its predecessor serves. */
    private static void endForgotten(GatewayServer server) {
        if (server.status().phase() == GatewayPhase.STANDBY) {
            System.err.println(
                    "gateway: nobody said within " + STAND_BY_MAX + " to accept; it ends");
            server.stop(Duration.ZERO);
        }
    }

    private static GatewayServer listen(
            Settings settings,
            Transport transport,
            EventLoop control,
            Optional<Inheritance> inheritance)
            throws IOException {
        try {
            Doors doors =
                    new Doors(
                            settings.listen(),
                            certificates(settings),
                            settings.redirect(),
                            settings.metrics(),
                            settings.http2());
            return new GatewayServer(
                    doors,
                    settings.workers(),
                    transport,
                    control,
                    inheritance.map(Inheritance::listeners).orElse(Listeners.bound(transport)),
                    inheritance.isPresent() ? GatewayPhase.STANDBY : GatewayPhase.ACCEPTING);
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

    private static Optional<Certificates> certificates(Settings settings) throws IOException {
        if (settings.certificates().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Certificates.open(
                        settings.certificates(),
                        settings.http2(),
                        HANDSHAKE,
                        Instant.now(),
                        line -> System.err.println("gateway: " + line)));
    }

    private static void stop(GatewayServer server, EventLoop control, ControlServer leash) {
        control.execute(() -> server.stop(STOP_WITHIN));
        server.ended().join();
        try {
            leash.close();
        } catch (IOException e) {
            System.err.println("gateway: its control socket stays behind: " + e);
        }
    }
}
