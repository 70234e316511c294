package dev.concertina.fleet.manifest;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What all sections of one reading share.
 *
 * @param folder relative paths start here
 * @param places filled while reading: where each key stands
 */
record ReadContext(Path folder, Problems problems, Map<String, Place> places) {
    void problem(Place place, String key, String value, String message, String next) {
        problems.add(place, key, value, message, next);
    }

    /** A problem whose sentence begins with the key and, if it is a text, its value. */
    void wrong(Yaml value, String key, String message, String next) {
        var shown = value instanceof Yaml.Text text ? " '" + text.value() + "' " : " ";
        problem(value.place(), key, value.shown(), key + shown + message, next);
    }

    Path resolve(String path) {
        return folder.resolve(path).normalize();
    }

    /** A text that is not empty. */
    Optional<String> text(String key, Yaml value) {
        var text = textOrEmpty(key, value);
        if (text.isPresent() && text.get().isBlank()) {
            problem(value.place(), key, "", key + " is empty.", "Write a value or remove the key.");
            return Optional.empty();
        }
        return text;
    }

    Optional<String> textOrEmpty(String key, Yaml value) {
        return switch (value) {
            case Yaml.Text text -> Optional.of(text.value());
            case Yaml.Nothing nothing -> {
                problem(
                        nothing.place(),
                        key,
                        "",
                        key + " is empty.",
                        "Write a value, '' for an empty text, or remove the key.");
                yield Optional.empty();
            }
            case Yaml other -> {
                problem(
                        other.place(),
                        key,
                        other.shown(),
                        key + " is " + other.shown() + " where one value belongs.",
                        "Write a single text or number.");
                yield Optional.empty();
            }
        };
    }

    int integer(String key, Yaml value, int min, int max, int byDefault) {
        var text = text(key, value);
        if (text.isEmpty()) {
            return byDefault;
        }
        if (!text.get().matches("[+-]?\\d{1,9}")) {
            wrong(value, key, "is not a whole number.", "Write " + min + " or more.");
            return byDefault;
        }
        int n = Integer.parseInt(text.get());
        if (n < min || n > max) {
            wrong(value, key, "is not in " + min + " to " + max + ".", "Write one in that range.");
            return byDefault;
        }
        return n;
    }
}
