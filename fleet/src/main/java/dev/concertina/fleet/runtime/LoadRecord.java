package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.scale.Measurement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What the fleet served and what it cost, as lines of {@code seconds,requests-per-second,instances,
 * cpu}: seconds since 1970, CPU in percent of an instance's allowance or empty. Such a file is a
 * trace to simulate. When it has grown too long its older half goes.
 */
public final class LoadRecord implements Consumer<Measurement> {
    private static final String HEADING = "seconds,requests-per-second,instances,cpu\n";
    private static final long BYTES_MAX = 8 << 20;

    private final Path file;
    private final long most;

    public LoadRecord(Path file) {
        this(file, BYTES_MAX);
    }

    /**
     * @param most bytes
     */
    LoadRecord(Path file, long most) {
        this.file = file;
        this.most = most;
    }

    /** Where it is, in a state directory. */
    public static Path in(Path stateDirectory) {
        return stateDirectory.resolve("load.csv");
    }

    @Override
    public void accept(Measurement measurement) {
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, HEADING);
            } else if (Files.size(file) > most) {
                halve();
            }
            Files.writeString(file, line(measurement), StandardOpenOption.APPEND);
        } catch (IOException | UncheckedIOException e) {
            // A full disk must not stop the fleet; the record has a gap.
            System.err.println(file.getFileName() + ": " + e.getMessage());
        }
    }

    private static String line(Measurement m) {
        return String.format(
                Locale.ROOT,
                "%.3f,%.2f,%d,%s\n",
                m.at().toEpochMilli() / 1000.0,
                m.requestsPerSecond(),
                m.instances(),
                m.cpu().isPresent()
                        ? String.format(Locale.ROOT, "%.2f", m.cpu().getAsDouble())
                        : "");
    }

    private void halve() throws IOException {
        List<String> lines = Files.readAllLines(file);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(
                next,
                HEADING + String.join("\n", lines.subList(lines.size() / 2, lines.size())) + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
