package dev.concertina.gateway;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.wire.UnixHttpServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A gateway without traffic: it listens, obeys tables and answers drains. */
public final class GatewayMain {
    private final AtomicReference<RoutingTable> table = new AtomicReference<>(RoutingTable.empty());
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final int port;

    private GatewayMain(int port) {
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        String[] listen = args[1].split(":");
        try (var listener =
                new ServerSocket(
                        Integer.parseInt(listen[1]), 50, InetAddress.getByName(listen[0]))) {
            var gateway = new GatewayMain(listener.getLocalPort());
            try (var _ = UnixHttpServer.open(Path.of(args[3]), gateway::handle)) {
                gateway.stopped.await();
            }
        }
    }

    private void handle(UnixHttpServer.Request request, UnixHttpServer.Response response) {
        if (request.path().equals(GatewayControl.TABLE)) {
            RoutingTable next = request.as(RoutingTable.class);
            RoutingTable held =
                    table.accumulateAndGet(next, (a, b) -> b.version() < a.version() ? a : b);
            if (held.version() > next.version()) {
                response.json(409, Map.of("error", "a newer table is held"));
            } else {
                response.json(200, status());
            }
        } else if (request.path().startsWith(GatewayControl.DRAIN)) {
            String id = request.path().substring(GatewayControl.DRAIN.length());
            response.json(200, new Drained(new InstanceId(id), 0, Duration.ZERO));
        } else if (request.path().equals(GatewayControl.STOP)) {
            response.json(200, status());
            stopped.countDown();
        } else {
            response.json(200, status());
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
                        .toList());
    }
}
