package dev.concertina.fleet.traffic;

import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.render.NginxSite;
import dev.concertina.fleet.traffic.NginxProcess.Live;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What nginx tells of its load: totals from its status page, counts of each instance from its
 * record of requests. Requests in flight are an upper bound: connections to the instance, but no
 * more than nginx has requests under way.
 */
final class NginxLoad {
    /**
     * {@code Active connections: 1 … Reading: 0 Writing: 1 Waiting: 0}, the asking one included.
     */
    private static final Pattern PAGE =
            Pattern.compile("Active connections: (\\d+).*Writing: (\\d+)", Pattern.DOTALL);

    private final NginxProcess process;
    private final NginxRequests requests;
    private final ExecutorService reader =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("nginx-load").factory());

    NginxLoad(NginxProcess process, Runnable reopen) {
        this.process = process;
        this.requests = new NginxRequests(process.folder(), reopen);
    }

    void begin() {
        onReader(() -> {
            requests.begin();
            return 0;
        });
    }

    /**
     * @throws IOException if nginx does not answer
     */
    GatewayStatus status(Live live, RoutingTable table) throws IOException {
        UnixHttp.Reply page =
                process.http().call("GET", NginxSite.LOAD, null, NginxProcess.ANSWER_WITHIN);
        Matcher m = PAGE.matcher(page.body());
        if (!m.find()) {
            throw new IOException("not a status page: " + page.body());
        }
        int connections = Math.max(0, Integer.parseInt(m.group(1)) - 1);
        int writing = Math.max(0, Integer.parseInt(m.group(2)) - 1);
        return onReader(() -> {
            requests.read();
            return new GatewayStatus(
                    live.master().identity().pid(),
                    live.port(),
                    table.version(),
                    requests.requests(),
                    requests.retried(),
                    requests.unserved(),
                    connections,
                    requests.samples(table.targets(), writing));
        });
    }

    void close() {
        onReader(() -> {
            requests.close();
            return 0;
        });
        reader.shutdown();
    }

    private interface Read<T> {
        T get() throws IOException;
    }

    private <T> T onReader(Read<T> read) {
        try {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return read.get();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            reader)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
