package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Recommendations.Recommendation;
import dev.concertina.fleet.control.scale.Replica.Phase;
import dev.concertina.fleet.control.scale.Replica.Ready;
import dev.concertina.fleet.control.scale.ScaleEvents.ScaleEvent;
import dev.concertina.fleet.control.scale.ScalingRules.Policy;
import dev.concertina.fleet.control.scale.ScalingRules.Select;
import dev.concertina.fleet.control.scale.ScalingRules.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** Turns the JSON of an HPA case into the types under test. */
record HpaCaseReader(Instant now) {

    static Resource resource(JsonNode node) {
        return Resource.valueOf(node.stringValue("cpu").toUpperCase(Locale.ROOT));
    }

    static Tolerance tolerance(JsonNode node) {
        return new Tolerance(
                node.path("scaleDown").doubleValue(), node.path("scaleUp").doubleValue());
    }

    Instant ago(JsonNode ageSeconds) {
        return now.minus(seconds(ageSeconds));
    }

    static Duration seconds(JsonNode seconds) {
        return Duration.ofNanos(Math.round(seconds.doubleValue() * 1e9));
    }

    List<Replica> replicas(JsonNode pods, Resource resource) {
        var replicas = new ArrayList<Replica>();
        for (JsonNode pod : pods) {
            replicas.add(replica(pod, resource));
        }
        return replicas;
    }

    private Replica replica(JsonNode pod, Resource resource) {
        return new Replica(
                pod.path("name").stringValue(),
                Phase.valueOf(pod.path("phase").stringValue().toUpperCase(Locale.ROOT)),
                pod.path("deleting").booleanValue(false),
                present(pod.path("startAgeS")).map(this::ago),
                present(pod.path("ready")).map(ready -> ready(ready, pod.path("transitionAgeS"))),
                present(pod.path("request"))
                        .map(request -> Map.of(resource, request.longValue()))
                        .orElse(Map.of()));
    }

    private Ready ready(JsonNode ready, JsonNode transitionAge) {
        return new Ready(
                !ready.stringValue().equals("False"),
                present(transitionAge).map(this::ago).orElse(Instant.EPOCH));
    }

    Map<String, Sample> samples(JsonNode podMetrics) {
        var samples = new HashMap<String, Sample>();
        podMetrics.forEachEntry((name, sample) ->
                samples.put(
                        name,
                        new Sample(
                                sample.path("value").longValue(),
                                ago(sample.path("ageS")),
                                seconds(sample.path("windowS")))));
        return samples;
    }

    static List<Long> values(JsonNode values) {
        var list = new ArrayList<Long>();
        values.forEach(value -> list.add(value.longValue()));
        return list;
    }

    Recommendations recommendations(JsonNode nodes) {
        var slots = new ArrayList<Recommendation>();
        nodes.forEach(node ->
                slots.add(
                        new Recommendation(node.path("value").intValue(), ago(node.path("ageS")))));
        return new Recommendations(slots);
    }

    ScaleEvents events(JsonNode nodes) {
        var slots = new ArrayList<ScaleEvent>();
        nodes.forEach(node ->
                slots.add(
                        new ScaleEvent(
                                node.path("change").intValue(),
                                ago(node.path("ageS")),
                                node.path("outdated").booleanValue(false))));
        return new ScaleEvents(slots);
    }

    static Behavior behavior(JsonNode up, JsonNode down) {
        return Behavior.of(given(up), given(down));
    }

    static Behavior.Given given(JsonNode node) {
        return new Behavior.Given(
                present(node.path("stabilizationWindowSeconds")).map(HpaCaseReader::seconds),
                present(node.path("selectPolicy"))
                        .map(select -> Select.valueOf(upper(select.stringValue()))),
                present(node.path("policies")).map(HpaCaseReader::policies),
                present(node.path("tolerance"))
                        .map(tolerance -> OptionalDouble.of(tolerance.doubleValue()))
                        .orElse(OptionalDouble.empty()));
    }

    private static List<Policy> policies(JsonNode nodes) {
        var policies = new ArrayList<Policy>();
        nodes.forEach(node ->
                policies.add(
                        new Policy(
                                Unit.valueOf(upper(node.path("type").stringValue())),
                                node.path("value").intValue(),
                                seconds(node.path("periodSeconds")))));
        return policies;
    }

    static Optional<JsonNode> present(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
