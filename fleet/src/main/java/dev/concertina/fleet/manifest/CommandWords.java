package dev.concertina.fleet.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Splits a command line into words as a shell would, without being one: blanks part words, quotes
 * and backslashes keep them together.
 */
final class CommandWords {
    private static final Set<String> SHELL_ONLY =
            Set.of("&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1", "&>");

    /** Words, or why there are none. */
    sealed interface Split {
        record Words(List<String> words) implements Split {}

        record Unclear(String message, String next) implements Split {}
    }

    private CommandWords() {}

    static Split split(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\' && quote == '"' && i + 1 < line.length()) {
                    word.append(line.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            return new Split.Unclear(
                    "has a quote (" + quote + ") that is not closed.",
                    "Close it, or write a list of words.");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return shellFree(words);
    }

    private static Split shellFree(List<String> words) {
        for (String word : words) {
            if (SHELL_ONLY.contains(word)) {
                return new Split.Unclear(
                        "contains '" + word + "', but no shell runs it.",
                        "Write sh -c '…' around it, with exec before the server.");
            }
        }
        return words.isEmpty()
                ? new Split.Unclear("is empty.", "Write the program and its arguments.")
                : new Split.Words(List.copyOf(words));
    }
}
