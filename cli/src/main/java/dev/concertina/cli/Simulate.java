package dev.concertina.cli;

import dev.concertina.fleet.Forecast;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Units;
import dev.concertina.fleet.simulate.Outcome;
import dev.concertina.fleet.simulate.OutcomeChart;
import dev.concertina.fleet.simulate.OutcomeText;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "simulate",
        description = {
            "Replay traffic against the manifest's autoscale: its decisions, requests over capacity,"
                    + " instance-hours.",
            "Starts nothing. TRACE has lines of seconds,requests-per-second."
        })
final class Simulate extends Verb {
    @Parameters(paramLabel = "TRACE", description = "A CSV file.")
    Path trace = Path.of("");

    @Option(
            names = "--capacity",
            paramLabel = "RATE",
            required = true,
            description = "Requests/s one instance can serve with its CPU allowance.")
    double capacity;

    @Option(
            names = "--start-delay",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "From the decision to an instance's first request (default: 5s).")
    String startDelay = "5s";

    @Option(
            names = "--chart",
            paramLabel = "FILE",
            description = "Write the outcome as an SVG picture.")
    Optional<Path> chart = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Manifest manifest = options.manifest();
        Manifest.Autoscale autoscale =
                manifest.autoscale()
                        .orElseThrow(() ->
                                Refusal.usage(
                                        options.file
                                                + " has no autoscale. Write such as 'autoscale: {"
                                                + " cpu: 70% }' and 'instances: { min: 2, max: 6"
                                                + " }'."));
        Duration delay =
                Units.duration(startDelay)
                        .orElseThrow(() ->
                                Refusal.usage(
                                        "--start-delay '"
                                                + startDelay
                                                + "' is not a time. Write 5s or 1m30s."));
        if (!Files.isRegularFile(trace)) {
            throw Refusal.usage(trace + " is no file. Name a CSV file with the traffic.");
        }
        Outcome outcome = forecast(manifest, autoscale, delay);
        if (chart.isPresent()) {
            Files.writeString(chart.get(), OutcomeChart.of(outcome));
            terminal().story("The chart is in " + chart.get() + ".");
        }
        if (json) {
            answer(outcome);
        } else {
            terminal().answer(OutcomeText.of(outcome).stripTrailing());
        }
        return ExitCode.DONE;
    }

    private Outcome forecast(Manifest manifest, Manifest.Autoscale autoscale, Duration delay)
            throws IOException {
        try {
            return Forecast.of(
                    manifest.instances(),
                    autoscale,
                    trace.toString(),
                    Files.readString(trace),
                    capacity,
                    delay);
        } catch (IllegalArgumentException e) {
            throw Refusal.usage(String.valueOf(e.getMessage()));
        }
    }

    /** One line a change, and the sums at the end. */
    private void answer(Outcome outcome) {
        outcome.changes()
                .forEach(change -> {
                    var line = new LinkedHashMap<String, Object>();
                    line.put("kind", "change");
                    line.put("second", change.at().getEpochSecond());
                    line.put("from", change.current());
                    line.put("to", change.desired());
                    line.put("why", change.explain());
                    terminal().answer(Json.write(line));
                });
        var sums = new LinkedHashMap<String, Object>();
        sums.put("kind", "outcome");
        sums.put("seconds", outcome.ticks().size());
        sums.put("requests", outcome.requests());
        sums.put("requestsOverCapacity", outcome.missRequests());
        sums.put("secondsOverCapacity", outcome.missSeconds());
        sums.put("instanceHours", outcome.instanceHours());
        sums.put("most", outcome.most());
        sums.put("changes", outcome.changes().size());
        sums.put("reversals", outcome.reversals());
        terminal().answer(Json.write(sums));
    }
}
