package dev.concertina.acceptance;

import dev.concertina.fleet.console.FleetEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Phases of traffic against a fleet that scales, written down as a trace for {@code simulate}. */
final class LoadStep implements AutoCloseable {
    private final Workspace workspace;
    private final OpenLoad load;
    private final List<Double> trace = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final Collection<FleetEvent> scalings = new ConcurrentLinkedQueue<>();

    /**
     * What came of a phase.
     *
     * @param began when its first request was due
     * @param wanted instances at its end
     * @param scalings during it
     */
    record Phase(Instant began, int wanted, List<FleetEvent> scalings) {
        /** From the phase's beginning to its first change. */
        Duration firstAfter() {
            return Duration.between(began, scalings.getFirst().at());
        }

        /** How often the number turned around. */
        int reversals() {
            int turns = 0;
            for (int i = 1; i < scalings.size(); i++) {
                turns += grows(scalings.get(i)) == grows(scalings.get(i - 1)) ? 0 : 1;
            }
            return turns;
        }

        private static boolean grows(FleetEvent event) {
            // "wanted: 3 instances instead of 2 …"
            String[] numbers = event.text().replaceAll("[^0-9]+", " ").strip().split(" ");
            return Integer.parseInt(numbers[0]) > Integer.parseInt(numbers[1]);
        }
    }

    LoadStep(Workspace workspace, OpenLoad load) {
        this.workspace = workspace;
        this.load = load;
        Thread.ofVirtual().start(() -> workspace.client().events(0, this::heard));
    }

    private void heard(FleetEvent event) {
        if (event.kind().equals("fleet.scale")) {
            scalings.add(event);
        }
    }

    /** Second after second, each at its own rate. */
    Phase phase(int seconds, DoubleSupplier perSecond) {
        Instant began = Instant.now();
        int before = scalings.size();
        for (int i = 0; i < seconds; i++) {
            double now = Math.round(perSecond.getAsDouble());
            trace.add(now);
            load.rate(now);
            long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
        ends.add(trace.size());
        return new Phase(
                began,
                workspace.client().status().wanted(),
                scalings.stream().skip(before).toList());
    }

    /** What the fleet has recorded until now, beside what it records from now on. */
    Path measured() {
        Path state = workspace.directory().resolve(".concertina");
        try {
            return Files.copy(state.resolve("load.csv"), workspace.directory().resolve("past.csv"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What would have been wanted at the end of each phase, as the command line says.
     *
     * @param cost options that say what a request costs
     */
    List<Integer> predicted(List<String> cost) {
        var text = new StringBuilder("seconds,rate\n");
        for (int second = 0; second < trace.size(); second++) {
            text.append(second).append(',').append(trace.get(second)).append('\n');
        }
        workspace.write("trace.csv", text.toString());
        var words = new ArrayList<>(List.of("simulate", "trace.csv", "--json"));
        words.addAll(cost);
        var run = workspace.run(words.toArray(String[]::new)).hasExit(0);
        System.out.println(run.out().lines().toList().getLast());
        List<JsonNode> changes =
                run.out()
                        .lines()
                        .map(line -> JsonMapper.shared().readTree(line))
                        .filter(line -> line.get("kind").asString().equals("change"))
                        .toList();
        return ends.stream()
                .map(second ->
                        changes.stream()
                                .filter(change -> change.get("second").asInt() <= second)
                                .reduce((_, later) -> later)
                                .map(change -> change.get("to").asInt())
                                .orElse(1))
                .toList();
    }

    List<String> story() {
        return scalings.stream().map(FleetEvent::text).toList();
    }

    @Override
    public void close() {
        load.close();
    }
}
