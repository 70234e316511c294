package dev.concertina.fleet.manifest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/**
 * One mapping of the manifest while it is being read. Each getter takes a key, says what is wrong
 * with its value, and returns the default then, so that reading goes on; {@link #end} complains
 * about the keys nobody asked for.
 */
final class Section {
    private final ReadContext context;
    private final String path;
    private final Yaml.Mapping mapping;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> later = new LinkedHashSet<>();

    Section(ReadContext context, String path, Yaml.Mapping mapping) {
        this.context = context;
        this.path = path;
        this.mapping = mapping;
    }

    String path() {
        return path;
    }

    Place place() {
        return mapping.place();
    }

    /** The dotted path of a key of this section. */
    String key(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The value of a key, absent if nothing is written behind it. */
    Optional<Yaml> take(String name) {
        asked.add(name);
        var entry = mapping.entries().get(name);
        if (entry == null) {
            return Optional.empty();
        }
        context.places().put(key(name), entry.value().place());
        return entry.value() instanceof Yaml.Nothing
                ? Optional.empty()
                : Optional.of(entry.value());
    }

    boolean has(String name) {
        return mapping.entries().containsKey(name);
    }

    /** Where the key stands; where the section stands if it is absent. */
    Place placeOf(String name) {
        var entry = mapping.entries().get(name);
        return entry == null ? mapping.place() : entry.place();
    }

    Section section(String name) {
        var value = take(name);
        if (value.isPresent() && !(value.get() instanceof Yaml.Mapping)) {
            wrong(name, value.get(), "is not a mapping.", "Indent its keys below '" + name + ":'.");
        }
        return value.filter(v -> v instanceof Yaml.Mapping)
                .map(v -> new Section(context, key(name), (Yaml.Mapping) v))
                .orElseGet(
                        () -> new Section(context, key(name), Yaml.Mapping.empty(placeOf(name))));
    }

    Optional<String> text(String name) {
        return take(name).flatMap(value -> context.text(key(name), value));
    }

    /** A path, made absolute against the folder of the manifest. */
    Optional<Path> path(String name) {
        return text(name).map(context::resolve);
    }

    Duration duration(String name, Duration byDefault, Duration min, Duration max) {
        var value = take(name);
        var text = value.flatMap(v -> context.text(key(name), v));
        if (value.isEmpty() || text.isEmpty()) {
            return byDefault;
        }
        var read = Units.duration(text.get());
        if (read.isEmpty()) {
            var number = text.get().chars().allMatch(Character::isDigit);
            wrong(
                    name,
                    value.get(),
                    number ? "has no unit." : "is not a duration.",
                    number
                            ? "Write " + text.get() + "s, or ms, m, h, d."
                            : "Write a number and a unit: 30s, 500ms, 5m.");
            return byDefault;
        }
        if (read.get().compareTo(min) < 0 || read.get().compareTo(max) > 0) {
            var range = Units.text(min) + " to " + Units.text(max);
            wrong(name, value.get(), "is not in " + range + ".", "Write one in that range.");
            return byDefault;
        }
        return read.get();
    }

    OptionalLong bytes(String name, long min) {
        var value = take(name);
        var text = value.flatMap(v -> context.text(key(name), v));
        if (value.isEmpty() || text.isEmpty()) {
            return OptionalLong.empty();
        }
        var read = Units.bytes(text.get());
        if (read.isEmpty()) {
            wrong(
                    name,
                    value.get(),
                    "is not a size.",
                    "Write " + Units.nearestBytes(text.get()) + ": units are Ki, Mi, Gi.");
        } else if (read.getAsLong() < min) {
            wrong(
                    name,
                    value.get(),
                    "is below " + Units.text(min) + ".",
                    "Write at least " + Units.text(min) + ".");
        }
        return read;
    }

    long bytes(String name, long byDefault, long min, long max) {
        long read = bytes(name, min).orElse(byDefault);
        if (read > max) {
            wrong(
                    name,
                    "is above " + Units.text(max) + ".",
                    "Write at most " + Units.text(max) + ".");
            return byDefault;
        }
        return read;
    }

    int integer(String name, int byDefault, int min, int max) {
        var value = take(name);
        return value.isEmpty()
                ? byDefault
                : context.integer(key(name), value.get(), min, max, byDefault);
    }

    /** Hundredths of a percent, written {@code 2%} or {@code 0.5%}. */
    int percent(String name, int byDefault, int min, int max) {
        var value = take(name);
        var text = value.flatMap(v -> context.text(key(name), v));
        if (value.isEmpty() || text.isEmpty()) {
            return byDefault;
        }
        var read = Units.percent(text.get());
        if (read.isEmpty()) {
            wrong(name, value.get(), "is not a part.", "Write percents: 2%, 0.5%.");
            return byDefault;
        }
        if (read.get() < min || read.get() > max) {
            var range = Units.percentText(min) + " to " + Units.percentText(max);
            wrong(name, value.get(), "is not in " + range + ".", "Write one in that range.");
            return byDefault;
        }
        return read.get();
    }

    /** Requests per second, written {@code 50/s}. */
    int rate(String name, int byDefault) {
        var value = take(name);
        var text = value.flatMap(v -> context.text(key(name), v));
        if (value.isEmpty() || text.isEmpty()) {
            return byDefault;
        }
        var read = Units.rate(text.get()).filter(r -> r.period().equals(Duration.ofSeconds(1)));
        if (read.isEmpty() || read.get().requests() < 1) {
            wrong(name, value.get(), "is not a rate.", "Write requests per second: 50/s.");
            return byDefault;
        }
        return read.get().requests();
    }

    boolean flag(String name, boolean byDefault) {
        var value = take(name);
        var text = value.flatMap(v -> context.text(key(name), v));
        if (value.isEmpty() || text.isEmpty()) {
            return byDefault;
        }
        if (!text.get().matches("true|false")) {
            wrong(name, value.get(), "is neither true nor false.", "Write true or false.");
            return byDefault;
        }
        return text.get().equals("true");
    }

    /** Whether the word {@code off} or {@code false} stands behind the key. */
    boolean off(String name) {
        return take(name)
                .filter(v -> v instanceof Yaml.Text text && text.value().matches("off|false"))
                .isPresent();
    }

    /** Whether the word {@code on} or {@code true} stands behind the key. */
    boolean on(String name) {
        return take(name)
                .filter(v -> v instanceof Yaml.Text text && text.value().matches("on|true"))
                .isPresent();
    }

    /** Whether a value stands behind the key that is a mapping. */
    boolean isMapping(String name) {
        return take(name).filter(v -> v instanceof Yaml.Mapping).isPresent();
    }

    /** A path of a URL. */
    Optional<String> urlPath(String name) {
        var text = text(name);
        if (text.isPresent() && !text.get().startsWith("/")) {
            wrong(
                    name,
                    "is not a path.",
                    "Write /" + text.get().replaceFirst("^\\w+://[^/]*/?", "") + ".");
        }
        return text;
    }

    <E extends Enum<E>> E oneOf(String name, E byDefault) {
        var value = take(name);
        var text = value.flatMap(v -> context.text(key(name), v));
        if (value.isEmpty() || text.isEmpty()) {
            return byDefault;
        }
        var all = Arrays.asList(byDefault.getDeclaringClass().getEnumConstants());
        for (E each : all) {
            if (word(each).equals(text.get())) {
                return each;
            }
        }
        var words = all.stream().map(Section::word).toList();
        var near = Spelling.nearest(text.get(), words);
        wrong(
                name,
                value.get(),
                "is not one of " + String.join(", ", words) + ".",
                near.map(w -> "Did you mean '" + w + "'?").orElse("Choose one of them."));
        return byDefault;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A mapping of names to texts, in the order of the file. */
    SequencedMap<String, String> texts(String name) {
        var texts = new LinkedHashMap<String, String>();
        var value = take(name);
        if (value.isEmpty()) {
            return texts;
        }
        if (!(value.get() instanceof Yaml.Mapping entries)) {
            wrong(
                    name,
                    value.get(),
                    "is not a mapping.",
                    "Write one 'NAME: value' a line below it.");
            return texts;
        }
        entries.entries()
                .forEach((key, entry) -> {
                    var full = key(name) + "." + key;
                    context.places().put(full, entry.value().place());
                    context.textOrEmpty(full, entry.value())
                            .ifPresent(text -> texts.put(key, text));
                });
        return texts;
    }

    /** A text or a list of texts. */
    List<String> words(String name) {
        return words(name, _ -> Optional.empty());
    }

    /** What is wrong with one element of a list. */
    record Objection(String message, String next) {}

    /** A text or a list of texts, without those that are objected to. */
    List<String> words(String name, Function<String, Optional<Objection>> check) {
        var words = new ArrayList<String>();
        for (Yaml each : take(name).map(Yaml::each).orElse(List.of())) {
            var text = context.text(key(name), each);
            var objection = text.flatMap(check);
            objection.ifPresent(o -> context.wrong(each, key(name), o.message(), o.next()));
            text.filter(_ -> objection.isEmpty()).ifPresent(words::add);
        }
        return words;
    }

    /** The mappings of a list. */
    List<Section> sections(String name) {
        var sections = new ArrayList<Section>();
        var value = take(name);
        if (value.isPresent() && !(value.get() instanceof Yaml.Items)) {
            wrong(name, value.get(), "is not a list.", "Begin each element with '- '.");
            return sections;
        }
        int i = 0;
        for (Yaml item : value.map(Yaml::each).orElse(List.of())) {
            var full = key(name) + "[" + i++ + "]";
            if (item instanceof Yaml.Mapping m) {
                context.places().put(full, m.place());
                sections.add(new Section(context, full, m));
            } else {
                context.wrong(item, full, "is not a mapping.", "Write 'key: value' pairs.");
            }
        }
        return sections;
    }

    /** A key that a later version understands: refused, because ignoring it would surprise. */
    void notYet(String name, String instead) {
        later.add(name);
        if (has(name)) {
            context.problem(
                    placeOf(name),
                    key(name),
                    "",
                    "'" + key(name) + "' is not in this version.",
                    instead);
        }
    }

    /** Says what is wrong with the value of a key, at its place. */
    void wrong(String name, String message, String next) {
        var entry = mapping.entries().get(name);
        if (entry == null) {
            context.problem(mapping.place(), key(name), "", key(name) + " " + message, next);
        } else {
            wrong(name, entry.value(), message, next);
        }
    }

    private void wrong(String name, Yaml value, String message, String next) {
        context.wrong(value, key(name), message, next);
    }

    /** Complains about every key that was not asked for. */
    void end() {
        mapping.entries()
                .forEach((name, entry) -> {
                    if (!asked.contains(name) && !later.contains(name)) {
                        unknown(name, entry);
                    }
                });
    }

    private void unknown(String name, Yaml.Entry entry) {
        context.problem(
                entry.place(),
                key(name),
                entry.value().shown(),
                "unknown key '" + key(name) + "'.",
                nextFor(name));
    }

    private String nextFor(String name) {
        var elsewhere = Vocabulary.elsewhere(name, key(name));
        var near = Spelling.nearest(name, asked);
        if (near.isPresent() && (elsewhere.isEmpty() || Spelling.distance(name, near.get()) < 2)) {
            return "Did you mean '" + near.get() + "'?";
        }
        return elsewhere
                .map(home -> "It is called '" + home + "'.")
                .orElseGet(() -> "Known here: " + String.join(", ", asked) + ".");
    }
}
