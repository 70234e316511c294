package dev.concertina.testkit;

import dev.concertina.fleet.runtime.Storage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * A journal's storage in memory, which can lose its writer in the middle of a write. It keeps the
 * latest few lines, and has them written only when somebody reads them.
 */
public final class SimStorage implements Storage {
    private static final int KEPT = 2;

    private final SimTime time;
    private final Deque<Supplier<String>> lines = new ArrayDeque<>();
    private String torn = "";
    private int untilKilled = -1;

    /** The process that was writing has been killed. */
    public static final class Killed extends RuntimeException {
        Killed() {
            super("killed while writing the journal", null, false, false);
        }
    }

    public SimStorage(SimTime time) {
        this.time = time;
    }

    /**
     * Kills the writer at the write with this number from now, from 1: some of it is written, and
     * now and then what the disk had there before stands behind it.
     */
    public void killAt(int write) {
        untilKilled = write;
    }

    /** Ends in a line that was not written whole. */
    public boolean torn() {
        return !torn.isEmpty();
    }

    @Override
    public String read() {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.get()));
        return text.append(torn).toString();
    }

    /** Never so much that a journal is begun anew. */
    @Override
    public long size() {
        return lines.size();
    }

    @Override
    public void append(Supplier<String> line) {
        if (untilKilled > 0 && --untilKilled == 0) {
            tear(line.get());
            throw new Killed();
        }
        add(line);
    }

    private void add(Supplier<String> line) {
        lines.addLast(line);
        if (lines.size() > KEPT) {
            lines.removeFirst();
        }
    }

    private void tear(String line) {
        int written = time.random().nextInt(line.length() + 1);
        if (written == line.length()) {
            add(() -> line);
        } else {
            String rest = time.random().nextInt(4) == 0 ? "\0".repeat(line.length() - written) : "";
            torn = line.substring(0, written) + rest;
        }
    }

    @Override
    public void replace(Supplier<String> whole) {
        lines.clear();
        lines.add(whole);
        torn = "";
    }
}
