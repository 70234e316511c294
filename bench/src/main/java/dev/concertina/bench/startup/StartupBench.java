package dev.concertina.bench.startup;

import dev.concertina.bench.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * {@code startup}: the sample as a real fleet, with and without what makes its starts fast, each
 * way in turn; and the command line.
 */
public final class StartupBench {
    private static final String NAME = "startup";
    private static final String FIRST_REQUEST = "scale +1 to first request";
    private static final String CPU = "cpu";
    private static final String STATUS = "status";
    private static final String DEPLOY = "deploy p99";
    private static final List<String> CASES = List.of(FIRST_REQUEST, CPU, STATUS, DEPLOY);
    private static final int ROUNDS = 3;
    private static final int DEPLOYS = 5;
    private static final int STATUSES = 15;
    private static final long STEADY_SECONDS = 15;

    /** As the sample's own manifest has it. */
    private static final String JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms64m -Xmx192m";

    // So that a new instance gets the very next request.
    private static final String AT_ONCE = "balance: round-robin, slow-start: off";

    private final Path home;
    private final Path work;

    private StartupBench(Path home, Path work) {
        this.home = home;
        this.work = work;
    }

    /**
     * @param arguments the clone, a folder for the fleets, then names of cases; none: all
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> wanted = List.of(arguments).subList(2, arguments.length);
        if (!CASES.containsAll(wanted)) {
            System.err.println("no such case. They are " + CASES);
            System.exit(2);
        }
        Path work = Files.createDirectories(Path.of(arguments[1]).toAbsolutePath());
        var bench = new StartupBench(Path.of(arguments[0]), work);
        List<String> cases = wanted.isEmpty() ? CASES : wanted;
        if (cases.contains(FIRST_REQUEST) || cases.contains(CPU) || cases.contains(STATUS)) {
            bench.arrivals(cases);
        }
        if (cases.contains(DEPLOY)) {
            bench.deploys();
        }
        System.exit(0);
    }

    private void arrivals(List<String> cases) throws IOException, InterruptedException {
        try (var ours = fleet("AOT cache", JVM, "{ unpack: true, aot: true }");
                var unpacked = fleet("unpacked", JVM, "{ unpack: true, aot: false }");
                var jar =
                        fleet(
                                "java -jar, same options",
                                JVM,
                                "{ unpack: false, aot: false, warm-up: off }");
                var plain = fleet("java -jar", "", "{ unpack: false, aot: false, warm-up: off }")) {
            ours.awaitTrained();
            if (cases.contains(FIRST_REQUEST) || cases.contains(CPU)) {
                compare(cases, ours, List.of(plain, jar, unpacked));
            }
            if (cases.contains(STATUS)) {
                status(ours);
            }
        }
    }

    private RealFleet fleet(String name, String jvm, String start)
            throws IOException, InterruptedException {
        System.err.println("starting: " + name);
        return RealFleet.up(home, work, name, 1, jvm, start, AT_ONCE);
    }

    private static void compare(List<String> cases, RealFleet ours, List<RealFleet> peers)
            throws IOException, InterruptedException {
        var arrivals = new LinkedHashMap<String, List<Arrival>>();
        var all = new ArrayList<>(peers);
        all.addFirst(ours);
        // The first of each reads files that were never read.
        for (int round = 0; round <= ROUNDS; round++) {
            for (RealFleet fleet : all) {
                Arrival arrival = Arrival.at(fleet);
                System.err.printf(
                        Locale.ROOT,
                        "round %d, %s: %.0f ms, %.2f s of CPU%n",
                        round,
                        fleet.name(),
                        arrival.milliseconds(),
                        arrival.cpuSeconds());
                if (round > 0) {
                    arrivals.computeIfAbsent(fleet.name(), _ -> new ArrayList<>()).add(arrival);
                }
            }
        }
        for (RealFleet peer : peers) {
            print(cases, FIRST_REQUEST, "ms", arrivals, ours, peer, Arrival::milliseconds);
        }
        for (RealFleet peer : peers) {
            print(cases, CPU, "s", arrivals, ours, peer, Arrival::cpuSeconds);
        }
    }

    private static void print(
            List<String> cases,
            String name,
            String unit,
            Map<String, List<Arrival>> arrivals,
            RealFleet ours,
            RealFleet peer,
            ToDoubleFunction<Arrival> value) {
        if (cases.contains(name)) {
            line(
                    name,
                    unit,
                    arrivals.getOrDefault(ours.name(), List.of()).stream()
                            .mapToDouble(value)
                            .boxed()
                            .toList(),
                    arrivals.getOrDefault(peer.name(), List.of()).stream()
                            .mapToDouble(value)
                            .boxed()
                            .toList(),
                    peer.name());
        }
    }

    private static void status(RealFleet fleet) throws IOException, InterruptedException {
        var with = new ArrayList<Double>();
        var without = new ArrayList<Double>();
        for (int i = 0; i < STATUSES; i++) {
            with.add(fleet.milliseconds(Map.of(), "status"));
            without.add(fleet.milliseconds(Map.of("CONCERTINA_NO_AOT", "1"), "status"));
        }
        line(STATUS, "ms", with, without, "without AOT cache");
    }

    private void deploys() throws IOException, InterruptedException {
        deploys(
                "deploy p99",
                "{ warm-up: { paths: [" + RealFleet.PATH + "], count: 200, within: 20s } }",
                "balance: least-connections");
        deploys(
                "deploy p99, cold",
                "{ warm-up: off }",
                "balance: least-connections, slow-start: off");
    }

    private void deploys(String name, String start, String gateway)
            throws IOException, InterruptedException {
        System.err.println("starting: " + name);
        try (var fleet = RealFleet.up(home, work, name, 3, JVM, start, gateway)) {
            // Everything is warm before anything is measured.
            new SteadyLoad(fleet.page()).during(() -> seconds(STEADY_SECONDS));
            var steady = new ArrayList<Double>();
            var deploying = new ArrayList<Double>();
            for (int i = 0; i < DEPLOYS; i++) {
                // The release before is trained after its rollout, which is not steady.
                fleet.awaitTrained();
                steady.add(
                        told(
                                "steady",
                                new SteadyLoad(fleet.page())
                                        .during(() -> seconds(STEADY_SECONDS))));
                deploying.add(
                        told(
                                name,
                                new SteadyLoad(fleet.page())
                                        .during(() ->
                                                fleet.commands()
                                                        .deploy(
                                                                java.util.Optional.empty(),
                                                                true,
                                                                _ -> {}))));
            }
            line(name, "ms", deploying, steady, "steady");
        }
    }

    private static double told(String what, SteadyLoad.Result result) {
        System.err.printf(
                Locale.ROOT,
                "%s: p99 %.1f ms of %d requests, %d failed%n",
                what,
                result.p99(),
                result.requests(),
                result.failed());
        return result.p99();
    }

    private static void seconds(long number) {
        try {
            TimeUnit.SECONDS.sleep(number);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void line(
            String name, String unit, List<Double> ours, List<Double> peer, String peerName) {
        System.out.println(
                new Line(NAME, name, unit, median(ours), median(peer), peerName, ours.size())
                        .json());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get((values.size() - 1) / 2);
    }
}
