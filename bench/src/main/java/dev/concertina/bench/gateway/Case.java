package dev.concertina.bench.gateway;

import java.io.IOException;
import java.util.List;

/** One thing that is measured of every subject. */
record Case(String name, String unit, Measure measure, List<String> peersOnly) {
    private static final String CPU = "us/request";
    private static final int SECONDS = 2;
    private static final int RATE_SECONDS = 4;

    /** Takes one value of one subject. */
    interface Measure {
        double of(Subject subject, Load load) throws IOException;
    }

    /** In the order in which they run: memory after all that fills it. */
    static List<Case> all() {
        return List.of(
                cpu("h1 90B cpu", 1, "/90"),
                cpu("h1 16KiB cpu", 1, "/16k"),
                cpu("POST 1KiB cpu", 1, "/post"),
                new Case("h2 90B cpu", CPU, Case::http2, List.of("nginx", "HAProxy")),
                cpu("3 upstreams cpu", 3, "/90"),
                cpu("100 upstreams cpu", 100, "/90"),
                p99("h1 90B p99", "/90"),
                p99("h1 16KiB p99", "/16k"),
                new Case(
                        "memory",
                        "MiB",
                        (subject, load) -> subject.program().memoryMebibytes(),
                        List.of()));
    }

    /** Whether this subject takes part. */
    boolean concerns(Subject subject) {
        return peersOnly.isEmpty()
                || subject instanceof Ours
                || peersOnly.stream().anyMatch(subject.name()::startsWith);
    }

    private static Case cpu(String name, int upstreams, String path) {
        return new Case(
                name,
                CPU,
                (subject, load) -> {
                    int port = subject.port(upstreams, Protocol.HTTP_1);
                    return perRequest(subject, () -> load.http1(port, path, SECONDS));
                },
                List.of());
    }

    private static double http2(Subject subject, Load load) throws IOException {
        int port = subject.port(1, Protocol.HTTP_2);
        return perRequest(subject, () -> load.http2(port, "/90", SECONDS));
    }

    private static Case p99(String name, String path) {
        return new Case(
                name,
                "ms",
                (subject, load) -> load.p99(subject.port(1, Protocol.HTTP_1), path, RATE_SECONDS),
                List.of());
    }

    private interface Requests {
        long send() throws IOException;
    }

    private static double perRequest(Subject subject, Requests requests) throws IOException {
        double before = subject.program().cpuSeconds();
        long served = requests.send();
        return (subject.program().cpuSeconds() - before) * 1e6 / served;
    }
}
