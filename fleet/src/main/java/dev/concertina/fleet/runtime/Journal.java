package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * The fleet's memory beyond its process: a line for every decision, written before it is carried
 * out. A line holds what happened, what is done about it and the whole state after it, behind a
 * checksum, so the last whole line is all that a new process needs, and the lines before it
 * explain.
 */
public final class Journal {
    /** Beyond this it is begun anew with the latest state. */
    private static final long OCTETS_MAX = 16L * 1024 * 1024;

    private final Storage storage;
    private long number;
    private boolean begun;

    /** One decision. */
    public record Entry(
            long number, Instant at, String because, List<String> actions, FleetState state) {}

    /**
     * What a journal held.
     *
     * @param cut what was wrong with its end, when something was
     */
    public record Replay(Optional<FleetState> state, Optional<String> cut) {}

    public Journal(Storage storage) {
        this.storage = storage;
    }

    /** Reads the last whole state, and cuts off what follows it. */
    public Replay replay() {
        String text = storage.read();
        String last = "";
        int line = 0;
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            Optional<String> json = end < 0 ? Optional.empty() : json(text.substring(from, end));
            if (json.isEmpty()) {
                break;
            }
            last = json.get();
            from = end + 1;
            line++;
        }
        Optional<Entry> entry = Optional.of(last).filter(j -> !j.isEmpty()).map(JournalJson::read);
        entry.ifPresent(e -> number = e.number());
        begun = from > 0;
        if (from == text.length()) {
            return new Replay(entry.map(Entry::state), Optional.empty());
        }
        // What is left of a journal without one whole line begins anew with the next decision.
        if (from > 0) {
            String whole = text.substring(0, from);
            storage.replace(() -> whole);
        }
        return new Replay(
                entry.map(Entry::state), Optional.of(cutMessage(line + 1, text.length() - from)));
    }

    /** Every whole entry up to the first damage, oldest first. */
    public static List<Entry> entries(Storage storage) {
        var entries = new ArrayList<Entry>();
        for (String line : storage.read().split("\n", -1)) {
            Optional<String> json = json(line);
            if (json.isEmpty()) {
                break;
            }
            entries.add(JournalJson.read(json.get()));
        }
        return entries;
    }

    private static String cutMessage(int line, int characters) {
        return "journal line "
                + line
                + " is damaged or was half written; it and what follows ("
                + characters
                + " characters) was cut off. The fleet goes on from line "
                + (line - 1)
                + ".";
    }

    /** Returns when the decision is safe. */
    public void append(Instant at, Event event, List<Action> actions, FleetState durable) {
        long next = number + 1;
        Supplier<String> line =
                () -> encode(new Entry(next, at, event.toString(), words(actions), durable));
        long size = begun ? storage.size() : 0;
        if (size == 0 || size > OCTETS_MAX) {
            storage.replace(line);
        } else {
            storage.append(line);
        }
        begun = true;
        number = next;
    }

    private static List<String> words(List<Action> actions) {
        return actions.stream().filter(Journal::isWorthIt).map(Object::toString).toList();
    }

    private static boolean isWorthIt(Action action) {
        return !(action instanceof Action.Probe
                || action instanceof Action.Live
                || action instanceof Action.Note
                || action instanceof Action.Tell);
    }

    private static String encode(Entry entry) {
        String json = JournalJson.write(entry);
        return checksum(json) + " " + json + "\n";
    }

    /** The content of a line that is whole. */
    private static Optional<String> json(String line) {
        int space = line.indexOf(' ');
        if (space < 0 || !checksum(line.substring(space + 1)).equals(line.substring(0, space))) {
            return Optional.empty();
        }
        return Optional.of(line.substring(space + 1));
    }

    private static String checksum(String json) {
        var crc = new CRC32C();
        crc.update(json.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
