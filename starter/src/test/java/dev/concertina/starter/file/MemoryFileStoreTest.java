package dev.concertina.starter.file;

import java.time.Clock;
import java.time.Instant;

class MemoryFileStoreTest extends FileStoreContract {
    private final MemoryFileStore store = new MemoryFileStore(Clock.systemUTC());

    @Override
    FileStore store() {
        return store;
    }

    @Override
    int piece() {
        return 1000;
    }

    @Override
    long leftovers() {
        return store.halves(Instant.now().plusSeconds(1));
    }
}
