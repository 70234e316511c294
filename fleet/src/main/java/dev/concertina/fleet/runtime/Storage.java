package dev.concertina.fleet.runtime;

/** Where a journal is kept. What a call has written survives the process, and the machine. */
public interface Storage {
    /** All of it; empty before the first write. */
    String read();

    void append(String text);

    /** All of it at once: afterwards there is either the old or the new. */
    void replace(String text);
}
