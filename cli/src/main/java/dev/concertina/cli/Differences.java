package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestWriter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** What two effective manifests do not have in common, line by line with the key's whole path. */
final class Differences {
    private Differences() {}

    static List<String> between(Manifest runs, Manifest wanted) {
        var old = lines(ManifestWriter.writeRedacted(runs));
        var fresh = lines(ManifestWriter.writeRedacted(wanted));
        var keys = new LinkedHashSet<>(old.keySet());
        keys.addAll(fresh.keySet());
        return keys.stream()
                .filter(key -> !old.getOrDefault(key, "").equals(fresh.getOrDefault(key, "")))
                .map(key ->
                        key
                                + ": runs with "
                                + old.getOrDefault(key, "nothing")
                                + ", asked for "
                                + fresh.getOrDefault(key, "nothing"))
                .toList();
    }

    private static Map<String, String> lines(String yaml) {
        var lines = new LinkedHashMap<String, String>();
        var path = new java.util.ArrayList<String>();
        yaml.lines()
                .forEach(line -> {
                    int depth = (line.length() - line.stripLeading().length()) / 2;
                    int colon = line.indexOf(':');
                    while (path.size() > depth) {
                        path.removeLast();
                    }
                    path.add(line.substring(0, colon).strip());
                    var value = line.substring(colon + 1).strip();
                    if (!value.isEmpty()) {
                        lines.merge(String.join(".", path), value, (a, b) -> a + ", " + b);
                    }
                });
        return lines;
    }
}
