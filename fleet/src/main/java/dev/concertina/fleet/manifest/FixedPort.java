package dev.concertina.fleet.manifest;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the port that a program was told to use whatever the fleet assigns. */
final class FixedPort {
    private static final Pattern OPTION =
            Pattern.compile("(?:--|-D)(?:server\\.|quarkus\\.http\\.)?port=(\\d{1,5})");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");
    private static final Pattern MENTIONS_PORT = Pattern.compile("\\{port}|\\$\\{?PORT\\b");

    private FixedPort() {}

    /**
     * Of options and arguments of a JVM: {@code --server.port=8081}, {@code -Dserver.port=8081}.
     */
    static Optional<String> inArguments(List<String> words) {
        return words.stream()
                .map(OPTION::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group())
                .findFirst();
    }

    /** Of a command in which nothing stands for the instance's port. */
    static Optional<String> inCommand(List<String> words) {
        if (words.stream().anyMatch(w -> MENTIONS_PORT.matcher(w).find())) {
            return Optional.empty();
        }
        var option = inArguments(words);
        if (option.isPresent()) {
            return option;
        }
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("--port") && NUMBER.matcher(words.get(i + 1)).matches()) {
                return Optional.of("--port " + words.get(i + 1));
            }
            if (words.get(i).equals("-m") && words.get(i + 1).equals("http.server")) {
                return Optional.of(String.join(" ", words.subList(i, words.size())));
            }
        }
        return Optional.empty();
    }
}
