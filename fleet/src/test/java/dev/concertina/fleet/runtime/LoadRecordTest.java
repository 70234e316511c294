package dev.concertina.fleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.Measurement;
import dev.concertina.fleet.simulate.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRecordTest {
    @TempDir Path folder;

    @Test
    void aLineForEachMeasurementThatReadsAsATrace() throws IOException {
        Path file = LoadRecord.in(folder);
        var record = new LoadRecord(file);
        record.accept(measurement(0, OptionalDouble.of(12.345)));
        new LoadRecord(file).accept(measurement(5, OptionalDouble.empty()));
        assertThat(Files.readString(file))
                .isEqualTo(
                        """
                        seconds,requests-per-second,instances,cpu
                        1800000000.500,40.00,3,12.35
                        1800000005.500,40.00,3,
                        """);
        assertThat(Trace.parse("load.csv", Files.readString(file)).points()).hasSize(2);
    }

    @Test
    void theOlderHalfGoesWhenItIsLong() throws IOException {
        Path file = LoadRecord.in(folder);
        var record = new LoadRecord(file, 1000);
        for (int i = 0; i < 500; i++) {
            record.accept(measurement(i, OptionalDouble.of(i)));
            assertThat(Files.size(file)).isLessThan(1100);
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).startsWith("seconds,");
        assertThat(lines.getLast()).endsWith(",499.00");
        assertThat(lines).hasSizeGreaterThan(12);
        assertThat(Trace.parse("load.csv", Files.readString(file)).points())
                .hasSize(lines.size() - 1);
    }

    @Test
    void whereItCannotBeWrittenTheFleetGoesOn() throws IOException {
        Path file = LoadRecord.in(folder);
        Files.createDirectories(file);
        new LoadRecord(file).accept(measurement(0, OptionalDouble.empty()));
        assertThat(file).isDirectory();
    }

    private static Measurement measurement(int second, OptionalDouble cpu) {
        var at = Instant.ofEpochMilli(1_800_000_000_500L + 1000L * second);
        return new Measurement(at, 40, 3, cpu);
    }
}
