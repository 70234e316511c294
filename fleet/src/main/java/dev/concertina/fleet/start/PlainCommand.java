package dev.concertina.fleet.start;

import java.util.ArrayList;
import java.util.List;

/**
 * A command that starts a jar, in its parts.
 *
 * @param java the JVM and its options
 * @param jar what follows {@code -jar}
 */
record PlainCommand(List<String> java, String jar, List<String> arguments) {
    static PlainCommand of(List<String> words) {
        int at = words.indexOf("-jar");
        return new PlainCommand(
                List.copyOf(words.subList(0, at)),
                words.get(at + 1),
                List.copyOf(words.subList(at + 2, words.size())));
    }

    /** More options, and something else to run than the jar. */
    List<String> with(List<String> options, List<String> run, List<String> arguments) {
        var words = new ArrayList<>(java);
        words.addAll(options);
        words.addAll(run);
        words.addAll(arguments);
        return words;
    }

    List<String> with(List<String> options) {
        return with(options, List.of("-jar", jar), arguments);
    }
}
