package dev.concertina.bench.requeststate;

import dev.concertina.bench.Line;
import dev.concertina.starter.testing.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** {@code request-state}: runs both applications in turn against one Redis and prints the lines. */
public final class RequestStateBench {
    private static final int RUNS = 3;
    private static final int REQUESTS = 200;
    private static final String PEER = "Spring Session data-redis 4.0.4";

    private RequestStateBench() {}

    /**
     * @param arguments the peer's class path, and a folder for logs
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var logs = Files.createDirectories(Path.of(arguments[1]));
        var ownPath = System.getProperty("java.class.path");
        int redis = TestRedis.port();
        try (var ours =
                        Subject.start(
                                Ours.class.getName(), ownPath, redis, logs.resolve("ours.log"));
                var peer =
                        Subject.start("peer.Peer", arguments[0], redis, logs.resolve("peer.log"))) {
            print("read-only commands", "/read", ours, peer);
            print("writing commands", "/write", ours, peer);
        }
        System.exit(0);
    }

    private static void print(String name, String path, Subject ours, Subject peer)
            throws IOException, InterruptedException {
        // A session must be there before reading one is measured.
        ours.get("/write");
        peer.get("/write");
        var own = new double[RUNS];
        var other = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            own[i] = ours.commands(path, REQUESTS);
            other[i] = peer.commands(path, REQUESTS);
        }
        System.out.println(
                new Line(
                                "request-state",
                                name,
                                "commands/request",
                                median(own),
                                median(other),
                                PEER,
                                RUNS)
                        .json());
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
