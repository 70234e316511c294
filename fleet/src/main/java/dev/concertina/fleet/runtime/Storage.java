package dev.concertina.fleet.runtime;

import java.util.function.Supplier;

/**
 * Where a journal is kept. What a call has written survives the process, and the machine. A text is
 * handed over as something that writes it, for a simulation, which reads few of them.
 */
public interface Storage {
    /** All of it; empty before the first write. */
    String read();

    /** Octets, about; 0 before the first write. */
    long size();

    void append(Supplier<String> text);

    /** All of it at once: afterwards there is either the old or the new. */
    void replace(Supplier<String> text);
}
