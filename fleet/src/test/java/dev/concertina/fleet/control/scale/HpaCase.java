package dev.concertina.fleet.control.scale;

import static dev.concertina.fleet.control.scale.HpaCaseReader.present;
import static dev.concertina.fleet.control.scale.HpaCaseReader.resource;
import static dev.concertina.fleet.control.scale.HpaCaseReader.seconds;
import static dev.concertina.fleet.control.scale.HpaCaseReader.tolerance;

import dev.concertina.fleet.control.scale.Metric.Origin;
import dev.concertina.fleet.control.scale.ScalePolicy.Pass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** One line of a cases file: runs the function it names and says what came out. */
record HpaCase(String id, String fn, String name, JsonNode input, JsonNode expect) {

    private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");
    private static final HpaCaseReader READ = new HpaCaseReader(NOW);
    private static final ReplicaGroups.Rules RULES =
            new ReplicaGroups.Rules(Duration.ofMinutes(2), Duration.ofSeconds(10));

    static HpaCase of(JsonNode line) {
        return new HpaCase(
                line.path("id").stringValue(),
                line.path("fn").stringValue(),
                line.path("name").stringValue(""),
                line.path("input"),
                line.path("expect"));
    }

    /** Each expected key whose actual value differs; empty when the case passes. */
    List<String> differences() {
        SequencedMap<String, Object> actual = actual();
        var differences = new ArrayList<String>();
        if (expect.isEmpty()) {
            differences.add("expect: nothing is expected, so nothing can be seen");
        }
        expect.forEachEntry((key, expected) -> {
            Object found = actual.getOrDefault(key, "nothing");
            if (!matches(key, expected, found)) {
                differences.add("%s: expected %s, actual %s".formatted(key, expected, found));
            }
        });
        if (!expect.has("error") && actual.get("error") instanceof String) {
            differences.add("error: expected none, actual " + actual.get("error"));
        }
        return differences;
    }

    /** An expected text is a part of the actual one, or one of several. */
    private static boolean matches(String key, JsonNode expected, Object found) {
        if (key.equals("error") && expected.isString()) {
            return found.toString().contains(expected.stringValue());
        }
        if (key.equals("condition") && found instanceof Collection<?> reasons) {
            return reasons.contains(expected.stringValue());
        }
        return plain(expected).equals(found.toString());
    }

    private static String plain(JsonNode expected) {
        if (expected.isArray()) {
            var list = new ArrayList<String>();
            expected.forEach(node -> list.add(plain(node)));
            return list.toString();
        }
        if (expected.isObject()) {
            return expected.path("change").intValue()
                    + (expected.path("outdated").booleanValue(false) ? " outdated" : "");
        }
        return expected.isString() ? expected.stringValue() : expected.toString();
    }

    private SequencedMap<String, Object> actual() {
        return switch (fn) {
            case "groupPods" -> groupPods();
            case "GetResourceReplicas" -> proposal(utilization(), perReplica(), 0);
            case "GetMetricReplicas" -> proposal(average(), perReplica(), 0);
            case "GetObjectMetricReplicas" -> proposal(total(Origin.OBJECT), global(), 0);
            case "GetExternalMetricReplicas" -> proposal(total(Origin.EXTERNAL), global(), 0);
            case "GetObjectPerPodMetricReplicas" ->
                    proposal(perPod(Origin.OBJECT), global(), statusReplicas());
            case "GetExternalPerPodMetricReplicas" ->
                    proposal(perPod(Origin.EXTERNAL), global(), statusReplicas());
            case "convertDesiredReplicasWithRules" -> legacyLimit();
            case "calculateScaleUpLimitWithScalingRules" ->
                    map("limit", rate().up(current(), rules().up()));
            case "calculateScaleDownLimitWithBehaviors" ->
                    map("limit", rate().down(current(), rules().down()));
            case "stabilizeRecommendation" -> stabilize();
            case "stabilizeRecommendationWithBehaviors" -> stabilizeWithBehavior();
            case "convertDesiredReplicasWithBehaviorRate" -> rateLimit();
            case "storeScaleEvent" -> storeEvent();
            case "reconcileAutoscaler" -> reconcile();
            default -> map("error", "no such function: " + fn);
        };
    }

    private SequencedMap<String, Object> groupPods() {
        ReplicaGroups groups =
                ReplicaGroups.of(
                        READ.replicas(input.path("pods"), Resource.CPU),
                        READ.samples(input.path("podMetrics")),
                        present(input.path("resource"))
                                .filter(node -> !node.stringValue().isEmpty())
                                .map(HpaCaseReader::resource),
                        new ReplicaGroups.Rules(
                                seconds(input.path("cpuInitializationPeriodS")),
                                seconds(input.path("delayOfInitialReadinessStatusS"))),
                        NOW);
        var map = map("readyPodCount", groups.ready());
        map.put("unready", sortedLike("unready", groups.unready()));
        map.put("missing", sortedLike("missing", groups.missing()));
        map.put("ignored", sortedLike("ignored", groups.ignored()));
        return map;
    }

    /** These are sets upstream: the order of the file is as good as any. */
    private List<String> sortedLike(String key, Collection<String> actual) {
        var expected = new ArrayList<String>();
        expect.path(key).forEach(node -> expected.add(node.stringValue()));
        return new TreeSet<>(expected).equals(new TreeSet<>(actual))
                ? expected
                : List.copyOf(actual);
    }

    private Metric utilization() {
        return new Metric.Utilization(
                "metric",
                resource(input.path("resource")),
                input.path("targetUtilization").intValue());
    }

    private Metric average() {
        return new Metric.Average("metric", Optional.empty(), target("targetUsage"));
    }

    private Metric total(Origin origin) {
        return new Metric.Total("metric", origin, target("targetUsage"));
    }

    private Metric perPod(Origin origin) {
        return new Metric.TotalPerReplica("metric", origin, target("targetUsagePerPod"));
    }

    private long target(String key) {
        return input.path(key).longValue();
    }

    private Reading perReplica() {
        return new Reading.PerReplica(READ.samples(input.path("podMetrics")));
    }

    private Reading global() {
        return new Reading.Global(HpaCaseReader.values(input.path("values")));
    }

    private SequencedMap<String, Object> proposal(Metric metric, Reading reading, int status) {
        var situation =
                new Situation(
                        input.path("currentReplicas").intValue(status),
                        status,
                        READ.replicas(input.path("pods"), resource(input.path("resource"))),
                        tolerance(input.path("tolerances")),
                        RULES,
                        NOW);
        Proposal proposal =
                CombinedProposal.of(List.of(metric), Map.of("metric", reading), situation)
                        .metrics()
                        .getFirst()
                        .proposal();
        return switch (proposal) {
            case Proposal.Unknown(String reason) -> map("error", reason);
            case Proposal.Count count -> {
                var map = map("replicas", count.replicas());
                count.utilization().ifPresent(percent -> map.put("utilization", percent));
                map.put("rawAverage", count.usage());
                map.put("usage", count.usage());
                yield map;
            }
        };
    }

    private SequencedMap<String, Object> legacyLimit() {
        var limit =
                new LegacyLimit(
                        input.path("scaleUpLimitFactor").doubleValue(),
                        input.path("scaleUpLimitMinimum").doubleValue());
        return limited(limit.apply(current(), desired(), min(), max()));
    }

    private RateLimit rate() {
        return new RateLimit(
                READ.events(input.path("scaleUpEvents")),
                READ.events(input.path("scaleDownEvents")),
                NOW);
    }

    private Behavior rules() {
        return HpaCaseReader.behavior(input.path("rules"), input.path("rules"));
    }

    private SequencedMap<String, Object> rateLimit() {
        Behavior behavior = HpaCaseReader.behavior(input.path("scaleUp"), input.path("scaleDown"));
        return limited(rate().apply(current(), desired(), min(), max(), behavior));
    }

    private static SequencedMap<String, Object> limited(Limited limited) {
        var map = map("replicas", limited.replicas());
        map.put("condition", limited.reason());
        return map;
    }

    private SequencedMap<String, Object> stabilize() {
        var stabilized =
                READ.recommendations(input.path("recommendations"))
                        .largest(desired(), seconds(input.path("downscaleStabilizationS")), NOW);
        var map = map("replicas", stabilized.replicas());
        map.put("logLength", stabilized.after().slots().size());
        return map;
    }

    private SequencedMap<String, Object> stabilizeWithBehavior() {
        var stabilized =
                READ.recommendations(input.path("recommendations"))
                        .agreed(
                                current(),
                                desired(),
                                seconds(input.path("scaleUpStabilizationS")),
                                seconds(input.path("scaleDownStabilizationS")),
                                NOW);
        var map = map("replicas", stabilized.replicas());
        map.put(
                "recommendationsAfter",
                stabilized.after().slots().stream()
                        .map(Recommendations.Recommendation::replicas)
                        .toList());
        return map;
    }

    /** Upstream runs each of these as a scale-up and as a scale-down; so both must agree. */
    private SequencedMap<String, Object> storeEvent() {
        ScaleEvents before = READ.events(input.path("prevEvents"));
        Optional<Behavior> behavior = present(input.path("rules")).map(given -> rules());
        int change = input.path("replicaChange").intValue();
        var state = new ScaleState(Optional.empty(), before, before, false);
        List<String> up = shown(state.scaled(10, 10 + change, behavior, NOW).ups());
        List<String> down = shown(state.scaled(10, 10 - change, behavior, NOW).downs());
        var map = map("changeInLast60s", before.changeWithin(Duration.ofSeconds(60), NOW));
        map.put("events", up.equals(down) ? up : up + " up, but down " + down);
        return map;
    }

    private static List<String> shown(ScaleEvents events) {
        return events.slots().stream()
                .map(event -> event.change() + (event.outdated() ? " outdated" : ""))
                .toList();
    }

    private SequencedMap<String, Object> reconcile() {
        var metrics = new ArrayList<Metric>();
        var readings = new HashMap<String, Reading>();
        for (JsonNode node : input.path("metrics")) {
            String metric = node.path("type").stringValue() + " " + metrics.size();
            metrics.add(metric(metric, node));
            readings.put(metric, reading(node));
        }
        Resource resource = resource(input.path("metrics").path(0).path("resource"));
        var seen =
                new Observation(
                        input.path("specReplicas").intValue(),
                        statusReplicas(),
                        READ.replicas(input.path("pods"), resource),
                        readings);
        var state =
                new ScaleState(
                        present(input.path("recommendations")).map(READ::recommendations),
                        ScaleEvents.NONE,
                        ScaleEvents.NONE,
                        input.path("scaledToZeroCondition").booleanValue(false));
        Pass pass = new ScalePolicy(settings(metrics)).next(state, seen, NOW);
        var map = map("replicas", pass.decision().desired());
        map.put("scaled", pass.decision().scaled());
        map.put("error", pass.decision().error().isPresent());
        map.put(
                "condition",
                pass.decision().conditions().stream()
                        .map(ScaleDecision.Condition::reason)
                        .toList());
        return map;
    }

    private ScaleSettings settings(List<Metric> metrics) {
        return new ScaleSettings(
                min(),
                max(),
                metrics,
                present(input.path("behavior"))
                        .map(given ->
                                HpaCaseReader.behavior(
                                        given.path("scaleUp"), given.path("scaleDown"))),
                input.path("tolerance").doubleValue(),
                seconds(input.path("downscaleStabilizationS")),
                RULES,
                new LegacyLimit(input.path("scaleUpLimitFactor").doubleValue(), 4.0),
                input.path("configurableTolerance").booleanValue(),
                input.path("scaleToZeroGate").booleanValue());
    }

    private static Metric metric(String name, JsonNode node) {
        JsonNode average = node.path("targetAverageValue");
        return switch (node.path("type").stringValue()) {
            case "Resource", "ContainerResource" ->
                    present(average).isPresent()
                            ? new Metric.Average(
                                    name,
                                    Optional.of(resource(node.path("resource"))),
                                    average.longValue())
                            : new Metric.Utilization(
                                    name,
                                    resource(node.path("resource")),
                                    node.path("targetUtilization").intValue());
            case "Pods" -> new Metric.Average(name, Optional.empty(), average.longValue());
            case "Object" -> global(name, Origin.OBJECT, node);
            case "External" -> global(name, Origin.EXTERNAL, node);
            default -> new Metric.Average(name, Optional.empty(), 1);
        };
    }

    private static Metric global(String name, Origin origin, JsonNode node) {
        return present(node.path("targetAverageValue"))
                .<Metric>map(
                        average -> new Metric.TotalPerReplica(name, origin, average.longValue()))
                .orElseGet(
                        () -> new Metric.Total(name, origin, node.path("targetValue").longValue()));
    }

    private static Reading reading(JsonNode node) {
        if (present(node.path("error")).isPresent()) {
            return new Reading.Failed(node.path("error").toString());
        }
        return switch (node.path("type").stringValue()) {
            case "Resource", "ContainerResource", "Pods" ->
                    new Reading.PerReplica(READ.samples(node.path("podMetrics")));
            case "Object", "External" ->
                    new Reading.Global(HpaCaseReader.values(node.path("values")));
            default -> new Reading.Failed("unknown metric source type");
        };
    }

    private int current() {
        return input.path("currentReplicas").intValue();
    }

    private int statusReplicas() {
        return input.path("statusReplicas").intValue();
    }

    private int desired() {
        return input.path("desiredReplicas").intValue();
    }

    private int min() {
        return input.path("minReplicas").intValue();
    }

    private int max() {
        return input.path("maxReplicas").intValue();
    }

    private static SequencedMap<String, Object> map(String key, Object value) {
        SequencedMap<String, Object> map = new TreeMap<>();
        map.put(key, value);
        return map;
    }
}
