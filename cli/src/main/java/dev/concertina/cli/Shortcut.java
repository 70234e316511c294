package dev.concertina.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Reads the command that people and scripts give most, {@code status}, by hand: picocli alone takes
 * longer than the whole answer, because its classes are too old for an AOT cache. Whatever is not
 * plainly right is left to picocli, which knows how to complain.
 */
final class Shortcut {
    private Shortcut() {}

    static Optional<Verb> of(String... args) {
        Iterator<String> words = List.of(args).iterator();
        if (!words.hasNext() || !words.next().equals("status")) {
            return Optional.empty();
        }
        var status = new Status();
        var options = new ManifestOptions.WithShortName();
        status.options = options;
        while (words.hasNext()) {
            String word = words.next();
            boolean known =
                    switch (word) {
                        case "--json" -> {
                            status.json = true;
                            yield true;
                        }
                        case "-w", "--watch" -> {
                            status.watch = true;
                            yield true;
                        }
                        case "-f", "--file" ->
                                value(words).map(Path::of).map(options::taken).isPresent();
                        case "-e", "--env" -> {
                            options.environment = value(words);
                            yield options.environment.isPresent();
                        }
                        default -> false;
                    };
            if (!known) {
                return Optional.empty();
            }
        }
        return Optional.of(status);
    }

    private static Optional<String> value(Iterator<String> words) {
        return words.hasNext()
                ? Optional.of(words.next()).filter(word -> !word.startsWith("-"))
                : Optional.empty();
    }
}
