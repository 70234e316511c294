package dev.concertina.cli;

import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.wire.Json;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Prints a fleet's events, one line each: when, who, what. */
final class Story implements Consumer<FleetEvent> {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private final Terminal terminal;
    private final boolean json;
    private final boolean details;
    private final Consumer<String> lines;
    private final Set<String> told = new HashSet<>();
    private int width = 8;

    private Story(Terminal terminal, boolean json, boolean details, Consumer<String> lines) {
        this.terminal = terminal;
        this.json = json;
        this.details = details;
        this.lines = lines;
    }

    /** For people, on stderr. */
    static Story told(Terminal terminal) {
        return new Story(terminal, false, true, terminal::story);
    }

    /** For people who will see the details at the end. */
    static Story brief(Terminal terminal) {
        return new Story(terminal, false, false, terminal::story);
    }

    /** For programs: NDJSON on stdout. */
    static Story json(Terminal terminal) {
        return new Story(terminal, true, true, terminal::answer);
    }

    /** For people who asked for nothing else: on stdout. */
    static Story answered(Terminal terminal) {
        return new Story(terminal, false, true, terminal::answer);
    }

    @Override
    public synchronized void accept(FleetEvent event) {
        if (json) {
            lines.accept(Json.write(event));
            return;
        }
        width = Math.max(width, event.subject().length());
        lines.accept(
                CLOCK.format(event.at())
                        + "  "
                        + terminal.bold(pad(event.subject(), width))
                        + "  "
                        + event.text());
        event.detail().filter(this::isNews).ifPresent(detail -> lines.accept(indented(detail)));
    }

    /** A crash loop writes the same lines again and again, but for numbers and times. */
    private boolean isNews(String detail) {
        return details && told.add(detail.replaceAll("\\d+", "#"));
    }

    static String indented(String text) {
        return text.stripTrailing().indent(10).stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
