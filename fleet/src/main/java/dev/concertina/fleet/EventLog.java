package dev.concertina.fleet;

import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.runtime.Chronicle;
import dev.concertina.fleet.wire.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The fleet's story in a file, a JSON object a line, for whoever comes later. */
final class EventLog implements AutoCloseable {
    private final BufferedWriter file;
    private final Runnable unfollow;

    private EventLog(Path path, Chronicle chronicle) throws IOException {
        file =
                Files.newBufferedWriter(
                        path,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
        unfollow = chronicle.follow(0, this::write);
    }

    static EventLog open(Path path, Chronicle chronicle) throws IOException {
        return new EventLog(path, chronicle);
    }

    private void write(FleetEvent event) {
        try {
            file.write(Json.write(event));
            file.newLine();
            file.flush();
        } catch (IOException e) {
            // A full disk must not stop the fleet: the story goes on in memory.
            System.err.println("events.ndjson: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        unfollow.run();
        file.close();
    }
}
