package dev.concertina.testkit;

import dev.concertina.fleet.runtime.Storage;

/** A journal's storage in memory, which can lose its writer in the middle of a write. */
public final class SimStorage implements Storage {
    private final SimTime time;
    private final StringBuilder text = new StringBuilder();
    private int untilKilled = -1;

    /** The process that was writing has been killed. */
    public static final class Killed extends RuntimeException {
        Killed() {
            super("killed while writing the journal");
        }
    }

    public SimStorage(SimTime time) {
        this.time = time;
    }

    /** Kills the writer at the write with this number from now, from 1: some of it is written. */
    public void killAt(int write) {
        untilKilled = write;
    }

    @Override
    public String read() {
        return text.toString();
    }

    @Override
    public void append(String added) {
        if (untilKilled > 0 && --untilKilled == 0) {
            text.append(added, 0, time.random().nextInt(added.length() + 1));
            throw new Killed();
        }
        text.append(added);
    }

    @Override
    public void replace(String whole) {
        text.setLength(0);
        text.append(whole);
    }
}
