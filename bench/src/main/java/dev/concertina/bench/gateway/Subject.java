package dev.concertina.bench.gateway;

import dev.concertina.bench.Program;
import java.io.IOException;

/** A proxy under measurement. */
interface Subject extends AutoCloseable {
    /** With its version. */
    String name();

    /** Where clients go for this many instances behind. */
    int port(int upstreams, Protocol protocol) throws IOException;

    Program program();

    @Override
    default void close() {
        program().close();
    }
}
