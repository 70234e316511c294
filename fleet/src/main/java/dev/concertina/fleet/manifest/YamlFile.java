package dev.concertina.fleet.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Turns the text of one YAML file into {@link Yaml}: one document, anchors and {@code <<} resolved,
 * keys unique.
 */
final class YamlFile {
    private final String name;
    private final Problems problems;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

    YamlFile(String name, Problems problems) {
        this.name = name;
        this.problems = problems;
    }

    /** Empty, with a problem, unless the file is a mapping. An empty file is an empty mapping. */
    Optional<Yaml.Mapping> read(String text) {
        Optional<Node> root;
        try {
            var settings =
                    LoadSettings.builder().setLabel(name).setSchema(new CoreSchema()).build();
            var documents = new ArrayList<Node>();
            new Compose(settings).composeAllFromString(text).forEach(documents::add);
            if (documents.size() > 1) {
                var second = place(documents.get(1));
                wrong(second, "a second YAML document begins here.", "Keep one document a file.");
                return Optional.empty();
            }
            root = documents.stream().findFirst();
        } catch (YamlEngineException e) {
            notYaml(e);
            return Optional.empty();
        }
        var start = new Place(name, 1, 1);
        return switch (root.map(this::value).orElseGet(() -> new Yaml.Nothing(start))) {
            case Yaml.Mapping mapping -> Optional.of(mapping);
            case Yaml.Nothing nothing -> Optional.of(Yaml.Mapping.empty(nothing.place()));
            case Yaml other -> {
                wrong(
                        other.place(),
                        "the file is not a mapping of keys to values.",
                        "Begin with 'app:' on a line of its own.");
                yield Optional.empty();
            }
        };
    }

    private Yaml value(Node node) {
        if (!open.add(node)) {
            wrong(place(node), "an anchor contains itself.", "Write the inner value out.");
            return new Yaml.Nothing(place(node));
        }
        try {
            return switch (node) {
                case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) ->
                        new Yaml.Nothing(place(node));
                case ScalarNode scalar ->
                        new Yaml.Text(place(node), scalar.getValue(), scalar.isPlain());
                case SequenceNode list ->
                        new Yaml.Items(
                                place(node), list.getValue().stream().map(this::value).toList());
                case MappingNode mapping -> mapping(mapping);
                default -> new Yaml.Nothing(place(node));
            };
        } finally {
            open.remove(node);
        }
    }

    private Yaml.Mapping mapping(MappingNode node) {
        var entries = new LinkedHashMap<String, Yaml.Entry>();
        var included = new ArrayList<Yaml>();
        for (NodeTuple tuple : node.getValue()) {
            var at = place(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                wrong(at, "a key is a list or a mapping.", "Write a word followed by a colon.");
                continue;
            }
            var value = value(tuple.getValueNode());
            var key = scalar.getValue();
            if (key.equals("<<") && scalar.isPlain()) {
                included.addAll(value.each());
                continue;
            }
            var earlier = entries.putIfAbsent(key, new Yaml.Entry(at, value));
            if (earlier != null) {
                problems.add(
                        at,
                        key,
                        value.shown(),
                        "'" + key + "' is written twice, first at " + earlier.place() + ".",
                        "Keep one of them.");
            }
        }
        include(included, entries);
        return new Yaml.Mapping(place(node), entries);
    }

    private void include(List<Yaml> included, Map<String, Yaml.Entry> entries) {
        for (Yaml below : included) {
            if (below instanceof Yaml.Mapping mapping) {
                mapping.entries().forEach(entries::putIfAbsent);
            } else {
                wrong(below.place(), "'<<' takes a mapping.", "Point it at an anchor of one.");
            }
        }
    }

    private void notYaml(YamlEngineException e) {
        var mark =
                e instanceof MarkedYamlEngineException marked
                        ? marked.getProblemMark()
                        : Optional.<Mark>empty();
        var text = e instanceof MarkedYamlEngineException marked ? marked.getProblem() : message(e);
        wrong(place(mark), "this is not YAML: " + text.strip() + ".", nextAfter(text));
    }

    private static String nextAfter(String text) {
        if (text.contains("TAB")) {
            return "Indent with spaces, never with tabs.";
        }
        return text.endsWith("got {")
                ? "Put quotes around a value that contains { or }, such as '{port}'."
                : "Look at indentation, quotes and brackets at and before this place.";
    }

    private static String message(YamlEngineException e) {
        var text = e.getMessage();
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }

    private void wrong(Place place, String message, String next) {
        problems.add(place, "", "", message, next);
    }

    private Place place(Node node) {
        return place(node.getStartMark());
    }

    private Place place(Optional<Mark> mark) {
        return mark.map(m -> new Place(name, m.getLine() + 1, m.getColumn() + 1))
                .orElseGet(() -> Place.nowhereIn(name));
    }
}
