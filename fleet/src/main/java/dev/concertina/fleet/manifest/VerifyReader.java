package dev.concertina.fleet.manifest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code verify:}, the journeys and the load. */
final class VerifyReader {
    private static final List<String> METHODS =
            List.of("get", "post", "put", "patch", "delete", "head", "options");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]*)}");

    private final ReadContext context;

    VerifyReader(ReadContext context) {
        this.context = context;
    }

    Manifest.Verify read(Section section) {
        var journeys = new ArrayList<Manifest.Journey>();
        var names = new HashSet<String>();
        for (Section each : section.sections("journeys")) {
            journey(each, names).ifPresent(journeys::add);
        }
        var load = section.section("load");
        var rate = load.rate("rate", 50);
        var minute = Duration.ofMinutes(60);
        var duration =
                load.duration("duration", Duration.ofSeconds(10), Duration.ofSeconds(1), minute);
        load.end();
        section.end();
        return new Manifest.Verify(List.copyOf(journeys), new Manifest.Load(rate, duration));
    }

    private Optional<Manifest.Journey> journey(Section section, Set<String> names) {
        var name = section.text("name");
        if (name.isEmpty()) {
            section.wrong("name", "is missing.", "Write 'name:' with a word that is unique here.");
        } else if (!names.add(name.get())) {
            section.wrong("name", "is used by another journey.", "Choose another one.");
        }
        var kind = section.oneOf("kind", Manifest.Journey.Kind.STATELESS);
        var captured = new HashSet<>(Set.of("unique"));
        var steps = new ArrayList<Manifest.Step>();
        for (Section each : section.sections("steps")) {
            step(each, captured).ifPresent(steps::add);
        }
        section.end();
        if (steps.isEmpty()) {
            section.wrong("steps", "is empty.", "Write at least '- get: /'.");
        } else if (kind == Manifest.Journey.Kind.SESSION
                && steps.stream().noneMatch(Manifest.Step::repeat)) {
            section.wrong(
                    "steps",
                    "has no step with 'repeat: true'.",
                    "Mark the request that every instance must answer for the same session.");
        }
        return name.map(n -> new Manifest.Journey(n, kind, List.copyOf(steps)));
    }

    private Optional<Manifest.Step> step(Section section, Set<String> captured) {
        var methods = METHODS.stream().filter(section::has).toList();
        var paths = new LinkedHashMap<String, Optional<String>>();
        METHODS.forEach(method -> paths.put(method, section.urlPath(method)));
        boolean repeat = section.flag("repeat", false);
        var headers = section.texts("headers");
        var form = section.texts("form");
        var body = section.text("body");
        var expect =
                section.take("expect").isPresent()
                        ? Optional.of(section.integer("expect", 200, 100, 599))
                        : Optional.<Integer>empty();
        var contains = section.words("contains");
        var capture = capture(section);
        section.end();
        if (methods.size() != 1) {
            context.problem(
                    section.place(),
                    section.path(),
                    "",
                    "a step has "
                            + (methods.isEmpty()
                                    ? "no method."
                                    : "the methods " + String.join(", ", methods) + "."),
                    "Write one of 'get: /path', 'post: /path', put, patch, delete, head, options.");
            return Optional.empty();
        }
        if (body.isPresent() && !form.isEmpty()) {
            section.wrong("body", "stands beside 'form'.", "Keep one of the two.");
        }
        var method = methods.getFirst();
        var path = paths.getOrDefault(method, Optional.empty());
        path.ifPresent(p -> placeholders(section, method, p, captured));
        headers.forEach((k, v) -> placeholders(section, "headers", v, captured));
        form.forEach((k, v) -> placeholders(section, "form", v, captured));
        body.ifPresent(b -> placeholders(section, "body", b, captured));
        contains.forEach(c -> placeholders(section, "contains", c, captured));
        captured.addAll(capture.keySet());
        return path.map(p ->
                new Manifest.Step(
                        method.toUpperCase(java.util.Locale.ROOT),
                        p,
                        repeat,
                        headers,
                        form,
                        body,
                        expect,
                        List.copyOf(contains),
                        capture));
    }

    private SequencedMap<String, String> capture(Section section) {
        var capture = section.texts("capture");
        for (Map.Entry<String, String> each : capture.entrySet()) {
            var place =
                    context.places()
                            .getOrDefault(
                                    section.key("capture") + "." + each.getKey(), section.place());
            var key = section.key("capture." + each.getKey());
            try {
                if (Pattern.compile(each.getValue()).matcher("").groupCount() < 1) {
                    context.problem(
                            place,
                            key,
                            each.getValue(),
                            key + " '" + each.getValue() + "' has no group.",
                            "Put parentheses around the part to capture.");
                }
            } catch (PatternSyntaxException e) {
                context.problem(
                        place,
                        key,
                        each.getValue(),
                        key + " is not a regular expression: " + e.getDescription() + ".",
                        "Escape brackets and braces with a backslash.");
            }
        }
        return capture;
    }

    private static void placeholders(
            Section section, String key, String text, Set<String> captured) {
        PLACEHOLDER
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .filter(name -> !captured.contains(name))
                .forEach(name ->
                        section.wrong(
                                key,
                                "uses ${" + name + "}, which no earlier step captures.",
                                Spelling.nearest(name, captured)
                                        .map(w -> "Did you mean ${" + w + "}?")
                                        .orElse("Capture it before, or use ${unique}.")));
    }
}
