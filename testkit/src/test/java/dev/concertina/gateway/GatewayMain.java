package dev.concertina.gateway;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayPhase;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.wire.UnixHttp;
import dev.concertina.fleet.wire.UnixHttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A gateway without traffic: it listens, obeys tables, answers drains, and takes part in
 * successions, in which only the port's number is handed over. One that leaves goes on until it is
 * stopped, as if it had a WebSocket.
 */
public final class GatewayMain {
    private final AtomicReference<RoutingTable> table = new AtomicReference<>(RoutingTable.empty());
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ServerSocket listener;
    private final int port;
    private volatile GatewayPhase phase;

    private GatewayMain(ServerSocket listener, int port, GatewayPhase phase) {
        this.listener = listener;
        this.port = port;
        this.phase = phase;
    }

    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args);
        String[] listen = argument(arguments, "--listen").split(":");
        Path control = Path.of(argument(arguments, "--control"));
        try (var listener = new ServerSocket()) {
            GatewayMain gateway;
            if (arguments.contains("--take-over")) {
                gateway = successor(Path.of(argument(arguments, "--take-over")), listener);
            } else {
                var host = InetAddress.getByName(listen[0]);
                listener.bind(new InetSocketAddress(host, Integer.parseInt(listen[1])));
                gateway =
                        new GatewayMain(listener, listener.getLocalPort(), GatewayPhase.ACCEPTING);
            }
            Path own = GatewayControl.ownSocket(control, ProcessHandle.current().pid());
            try (var _ = UnixHttpServer.open(own, gateway::handle)) {
                gateway.stopped.await();
            }
        }
    }

    private static String argument(List<String> arguments, String name) {
        return arguments.get(arguments.indexOf(name) + 1);
    }

    private static GatewayMain successor(Path of, ServerSocket listener) throws IOException {
        var reply = new UnixHttp(of).call("GET", "/status", null, Duration.ofSeconds(10));
        GatewayStatus status = reply.as(GatewayStatus.class);
        return new GatewayMain(listener, status.port(), GatewayPhase.STANDBY);
    }

    private void handle(UnixHttpServer.Request request, UnixHttpServer.Response response)
            throws IOException {
        if (request.path().equals(GatewayControl.TABLE)) {
            RoutingTable next = request.as(RoutingTable.class);
            RoutingTable held =
                    table.accumulateAndGet(next, (a, b) -> b.version() < a.version() ? a : b);
            if (held.version() > next.version()) {
                response.json(409, Map.of("error", "a newer table is held"));
                return;
            }
        } else if (request.path().startsWith(GatewayControl.DRAIN)) {
            String id = request.path().substring(GatewayControl.DRAIN.length());
            // The first instance has a request here that never ends.
            int cut = id.equals("app-1") && phase == GatewayPhase.LEAVING ? 1 : 0;
            response.json(200, new Drained(new InstanceId(id), cut, Duration.ZERO));
            return;
        } else if (request.path().equals(GatewayControl.ACCEPT)) {
            phase = GatewayPhase.ACCEPTING;
        } else if (request.path().equals(GatewayControl.RETIRE)) {
            phase = GatewayPhase.LEAVING;
            listener.close();
        }
        response.json(200, status());
        if (request.path().equals(GatewayControl.STOP)) {
            stopped.countDown();
        }
    }

    private GatewayStatus status() {
        return new GatewayStatus(
                ProcessHandle.current().pid(),
                port,
                table.get().version(),
                0,
                0,
                0,
                0,
                table.get().targets().stream()
                        .map(t -> new LoadSample(t.id(), 0, 0, 0, 0, 0))
                        .toList(),
                List.of(),
                phase);
    }
}
