package dev.concertina.cli;

import dev.concertina.fleet.Forecast;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Units;
import dev.concertina.fleet.simulate.Cost;
import dev.concertina.fleet.simulate.MeasuredCost;
import dev.concertina.fleet.simulate.Outcome;
import dev.concertina.fleet.simulate.OutcomeChart;
import dev.concertina.fleet.simulate.OutcomeText;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "simulate",
        description = {
            "Replay traffic against the manifest's autoscale: its decisions, requests over capacity,"
                    + " instance-hours.",
            "Starts nothing. TRACE has lines of seconds,requests-per-second; without one, what the"
                    + " fleet itself has recorded is replayed.",
            "What a request costs is --capacity, or is derived from measurements: lines of"
                    + " seconds,requests-per-second,instances,cpu as a fleet records them."
        })
final class Simulate extends Verb {
    @Parameters(
            paramLabel = "TRACE",
            arity = "0..1",
            description = "A CSV file (default: load.csv in the state directory).")
    Optional<Path> trace = Optional.empty();

    @Option(
            names = "--capacity",
            paramLabel = "RATE",
            description = "Requests/s one instance can serve with its CPU allowance.")
    Optional<Double> capacity = Optional.empty();

    @Option(
            names = "--measured",
            paramLabel = "FILE",
            description = "Measurements instead of a capacity (default: those in TRACE).")
    Optional<Path> measured = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "PERCENT",
            description =
                    "CPU an instance can use at most, in percent of its allowance, 100 or more"
                            + " (default: no limit, as in a fleet; in Kubernetes limits.cpu of"
                            + " requests.cpu).")
    Optional<Integer> limit = Optional.empty();

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
        if (limit.isPresent() && limit.get() < 100) {
            throw Refusal.usage(
                    "--limit " + limit.get() + " is less than the allowance. Write 100 or more.");
        }
        if (capacity.isPresent() && measured.isPresent()) {
            throw Refusal.usage("--capacity and --measured say the same. Give one of them.");
        }
        Path traffic = trace.orElseGet(() -> recorded(manifest));
        String csv = content(traffic, "Name a CSV file with the traffic.");
        Optional<MeasuredCost> fitted =
                capacity.isPresent() ? Optional.empty() : Optional.of(fitted(traffic, csv));
        Outcome outcome = forecast(manifest, autoscale, traffic, csv, fitted, delay);
        if (chart.isPresent()) {
            Files.writeString(chart.get(), OutcomeChart.of(outcome));
            terminal().story("The chart is in " + chart.get() + ".");
        }
        if (json) {
            answer(outcome, fitted);
        } else {
            terminal().answer(OutcomeText.of(outcome).stripTrailing());
            fitted.ifPresent(f -> terminal().answer("cost            " + f.words()));
        }
        return ExitCode.DONE;
    }

    private static Path recorded(Manifest manifest) {
        Path file = Forecast.recorded(manifest.stateDirectory());
        if (!Files.isRegularFile(file)) {
            throw Refusal.usage(
                    "no TRACE was named, and nothing is recorded in "
                            + file
                            + " yet. Name a CSV file with the traffic, or let the fleet run with"
                            + " autoscale for a while.");
        }
        return file;
    }

    private static String content(Path file, String next) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw Refusal.usage(file + " is no file. " + next);
        }
        return Files.readString(file);
    }

    private MeasuredCost fitted(Path traffic, String csv) throws IOException {
        Path file = measured.orElse(traffic);
        String lines =
                measured.isPresent() ? content(file, "Name a CSV file with measurements.") : csv;
        try {
            return MeasuredCost.parse(file.toString(), lines);
        } catch (IllegalArgumentException e) {
            throw Refusal.usage(String.valueOf(e.getMessage()));
        }
    }

    private Outcome forecast(
            Manifest manifest,
            Manifest.Autoscale autoscale,
            Path traffic,
            String csv,
            Optional<MeasuredCost> fitted,
            Duration delay) {
        try {
            return Forecast.of(
                    manifest.instances(),
                    autoscale,
                    traffic.toString(),
                    csv,
                    fitted.map(MeasuredCost::cost)
                            .orElseGet(() -> Cost.proportional(capacity.orElseThrow())),
                    limit.map(percent -> percent / 100.0).orElse(Double.POSITIVE_INFINITY),
                    delay);
        } catch (IllegalArgumentException e) {
            throw Refusal.usage(String.valueOf(e.getMessage()));
        }
    }

    /** One line a change, and the sums at the end. */
    private void answer(Outcome outcome, Optional<MeasuredCost> fitted) {
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
        fitted.ifPresent(f -> sums.put("cost", members(f)));
        terminal().answer(Json.write(sums));
    }

    private static Map<String, Object> members(MeasuredCost fitted) {
        var members = new LinkedHashMap<String, Object>();
        members.put("idle", rounded(fitted.cost().idle()));
        members.put("each", rounded(fitted.cost().each()));
        members.put("crowding", rounded(fitted.cost().crowding()));
        members.put("measurements", fitted.from());
        members.put("off", rounded(fitted.off()));
        return members;
    }

    private static double rounded(double share) {
        return Math.rint(share * 1e8) / 1e8;
    }
}
