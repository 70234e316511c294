package dev.concertina.fleet.manifest;

import dev.concertina.fleet.manifest.Manifest.Autoscale;
import dev.concertina.fleet.manifest.Manifest.Autoscale.Direction;
import dev.concertina.fleet.manifest.Manifest.Autoscale.Policy;
import dev.concertina.fleet.manifest.Manifest.Autoscale.Select;
import dev.concertina.fleet.manifest.Manifest.Autoscale.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads when the number of instances changes by itself. Below {@code behavior} everything is
 * written as for a HorizontalPodAutoscaler, so that it can be copied from one.
 */
final class AutoscaleReader {
    private static final Pattern CORES =
            Pattern.compile("(\\d{1,3})(?:\\.(\\d{1,3}))?|(\\d{1,6})m");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int UTILIZATION_MAX = 1000;

    private AutoscaleReader() {}

    static Optional<Autoscale> read(Section top, Manifest.Instances instances) {
        if (!top.has("autoscale") || top.off("autoscale")) {
            return Optional.empty();
        }
        var section = top.section("autoscale");
        if (instances.min() == instances.max()) {
            top.wrong(
                    "autoscale",
                    "has no room: instances is " + instances.min() + ".",
                    "Write 'instances: { min: "
                            + instances.min()
                            + ", max: "
                            + 2 * instances.min()
                            + " }'.");
        }
        OptionalInt cpu = target(section, "cpu");
        OptionalInt memory = target(section, "memory");
        var request = section.section("request");
        int milliCores = cores(request);
        long bytes = request.bytes("memory", 1 << 20).orElse(0);
        request.end();
        if (memory.isPresent() && bytes == 0) {
            section.wrong(
                    "memory",
                    "is a part of an allowance that is not written.",
                    "Write 'request: { memory: 512Mi }', what one instance may use.");
        }
        var behavior = section.section("behavior");
        var read =
                new Autoscale(
                        cpu,
                        memory,
                        milliCores,
                        bytes,
                        section.duration("warm-up", Duration.ofSeconds(30), Duration.ZERO, HOUR),
                        section.duration("window", Duration.ofSeconds(30), SECOND, HOUR),
                        section.duration("every", Duration.ofSeconds(15), SECOND, HOUR),
                        section.percent("tolerance", 10_00, 0, 100_00),
                        direction(behavior, "scaleUp"),
                        direction(behavior, "scaleDown"));
        behavior.end();
        section.end();
        return Optional.of(read);
    }

    /** Percent of the allowance. */
    private static OptionalInt target(Section section, String key) {
        if (!section.has(key)) {
            return OptionalInt.empty();
        }
        int hundredths = section.percent(key, 80_00, 1_00, UTILIZATION_MAX * 100);
        if (hundredths % 100 != 0) {
            section.wrong(key, "has a part of a percent.", "Write whole percents: 70%.");
        }
        return OptionalInt.of(hundredths / 100);
    }

    private static int cores(Section request) {
        Optional<String> text = request.text("cpu");
        if (text.isEmpty()) {
            return 1000;
        }
        Matcher m = CORES.matcher(text.get());
        int milli =
                !m.matches()
                        ? 0
                        : m.group(3) != null
                                ? Integer.parseInt(m.group(3))
                                : Integer.parseInt(m.group(1)) * 1000
                                        + Integer.parseInt(
                                                (Optional.ofNullable(m.group(2)).orElse("") + "000")
                                                        .substring(0, 3));
        if (milli == 0) {
            request.wrong("cpu", "is not an amount of CPU.", "Write cores: 1, 0.5, or 500m.");
            return 1000;
        }
        return milli;
    }

    private static Optional<Direction> direction(Section behavior, String key) {
        if (!behavior.has(key)) {
            behavior.take(key);
            return Optional.empty();
        }
        var side = behavior.section(key);
        Optional<Duration> window =
                side.has("stabilizationWindowSeconds")
                        ? Optional.of(
                                Duration.ofSeconds(
                                        side.integer("stabilizationWindowSeconds", 0, 0, 3600)))
                        : Optional.empty();
        Optional<Select> select = select(side);
        List<Policy> policies = new ArrayList<>();
        for (Section each : side.sections("policies")) {
            policy(each).ifPresent(policies::add);
        }
        OptionalInt tolerance =
                side.has("tolerance")
                        ? OptionalInt.of(side.percent("tolerance", 10_00, 0, 100_00))
                        : OptionalInt.empty();
        side.end();
        return Optional.of(new Direction(window, select, policies, tolerance));
    }

    private static Optional<Select> select(Section side) {
        Optional<String> word = side.text("selectPolicy");
        Optional<Select> known =
                word.flatMap(w ->
                        switch (w) {
                            case "Max" -> Optional.of(Select.MAX);
                            case "Min" -> Optional.of(Select.MIN);
                            case "Disabled" -> Optional.of(Select.DISABLED);
                            default -> Optional.<Select>empty();
                        });
        if (word.isPresent() && known.isEmpty()) {
            side.wrong("selectPolicy", "is not one of Max, Min, Disabled.", "Choose one of them.");
        }
        return known;
    }

    private static Optional<Policy> policy(Section section) {
        String type = section.text("type").orElse("");
        int value = section.integer("value", 1, 1, 100_000);
        int period = section.integer("periodSeconds", 15, 1, 1800);
        for (String key : List.of("type", "value", "periodSeconds")) {
            if (!section.has(key)) {
                section.wrong(
                        key,
                        "is missing.",
                        "Write { type: Pods, value: 4, periodSeconds: 15 } or type: Percent.");
            }
        }
        section.end();
        return switch (type) {
            case "Pods" -> Optional.of(new Policy(Unit.PODS, value, Duration.ofSeconds(period)));
            case "Percent" ->
                    Optional.of(new Policy(Unit.PERCENT, value, Duration.ofSeconds(period)));
            default -> {
                if (section.has("type")) {
                    section.wrong("type", "is not one of Pods, Percent.", "Choose one of them.");
                }
                yield Optional.empty();
            }
        };
    }
}
