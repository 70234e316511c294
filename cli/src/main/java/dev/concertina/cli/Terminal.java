package dev.concertina.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a verb prints and what it knows of its surroundings.
 *
 * @param out the answer
 * @param err the story
 * @param colour escape sequences are welcome on both
 * @param live lines may be overwritten on {@code out}
 */
record Terminal(
        PrintWriter out,
        PrintWriter err,
        boolean colour,
        boolean live,
        Map<String, String> environment,
        Path directory) {

    static Terminal ofProcess() {
        boolean tty = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        var environment = System.getenv();
        return new Terminal(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                tty && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                tty,
                environment,
                Path.of("").toAbsolutePath());
    }

    void answer(String text) {
        out.println(text);
        out.flush();
    }

    void story(String text) {
        err.println(text);
        err.flush();
    }

    String green(String text) {
        return paint("32", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
