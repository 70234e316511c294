package dev.concertina.starter.file;

import dev.concertina.starter.instance.Check;
import java.time.Duration;
import java.util.Optional;

/** Asks the store of files for a sign of life. */
final class FileCheck implements Check {
    private final FileStore store;

    FileCheck(FileStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public Finding find() {
        long started = System.nanoTime();
        Optional<String> error = Optional.empty();
        try {
            store.check();
        } catch (RuntimeException e) {
            error = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Finding(Duration.ofNanos(System.nanoTime() - started), error);
    }
}
