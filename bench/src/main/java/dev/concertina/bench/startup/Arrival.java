package dev.concertina.bench.startup;

import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One more instance, from the command to the first request that it answers through the gateway.
 *
 * @param cpuSeconds of its process until then
 */
record Arrival(double milliseconds, double cpuSeconds) {
    private static final Duration WITHIN = Duration.ofMinutes(5);
    private static final double TICKS_PER_SECOND = 100;

    /** Takes the instance away again. */
    static Arrival at(RealFleet fleet) throws IOException, InterruptedException {
        Set<String> before = fleet.instances();
        var page = HttpRequest.newBuilder(fleet.page()).timeout(WITHIN).build();
        try (var client = HttpClient.newHttpClient()) {
            // Connected, and its classes loaded.
            client.send(page, HttpResponse.BodyHandlers.discarding());
            long begin = System.nanoTime();
            Thread scaling = Thread.ofVirtual().start(() -> fleet.scale(before.size() + 1));
            String first = firstOther(client, page, before);
            double milliseconds = (System.nanoTime() - begin) / 1e6;
            long pid =
                    fleet.status().instances().stream()
                            .filter(i -> i.id().equals(first))
                            .mapToLong(InstanceStatus::pid)
                            .findFirst()
                            .orElseThrow();
            var arrival = new Arrival(milliseconds, cpuSeconds(pid));
            scaling.join();
            fleet.scale(before.size());
            return arrival;
        }
    }

    private static String firstOther(HttpClient client, HttpRequest page, Set<String> known)
            throws IOException, InterruptedException {
        while (true) {
            var response = client.send(page, HttpResponse.BodyHandlers.discarding());
            String by = response.headers().firstValue("x-instance-id").orElse("");
            if (response.statusCode() == 200 && !by.isEmpty() && !known.contains(by)) {
                return by;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
