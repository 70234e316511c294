package dev.concertina.fleet.manifest;

import dev.concertina.fleet.manifest.Manifest.CrashLoop;
import dev.concertina.fleet.manifest.Manifest.Limits;
import dev.concertina.fleet.manifest.Manifest.Logs;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads what is done for processes while they run: crash loops, limits, logs. */
final class CareReader {
    private static final Duration DAY = Duration.ofDays(1);

    private CareReader() {}

    /** {@code off}, or a mapping. */
    static Optional<CrashLoop> crashLoop(Section app) {
        var usual = CrashLoop.usual();
        if (app.off("restart")) {
            return Optional.empty();
        }
        var restart = app.section("restart");
        var loop =
                new CrashLoop(
                        restart.integer("crashes", usual.crashes(), 2, 1000),
                        restart.duration("within", usual.within(), Duration.ofSeconds(1), DAY));
        restart.end();
        return Optional.of(loop);
    }

    /**
     * @param restartAbove resident memory at which an instance is replaced
     */
    static Limits limits(Section section, OptionalLong restartAbove) {
        int files = section.integer("files", 0, 64, 10_000_000);
        var memory = section.bytes("memory", 16L << 20);
        if (memory.isPresent()
                && restartAbove.isPresent()
                && memory.getAsLong() <= restartAbove.getAsLong()) {
            var above = Units.text(restartAbove.getAsLong());
            section.wrong(
                    "memory",
                    "is not above app.memory.restart-above, which is " + above + ".",
                    "Write more than " + above + ", so that it is replaced before it fails.");
        }
        section.end();
        return new Limits(files == 0 ? OptionalInt.empty() : OptionalInt.of(files), memory);
    }

    static Logs logs(Section section) {
        var usual = Logs.usual();
        var logs =
                new Logs(
                        section.bytes("size", usual.size(), 64L << 10, 1L << 40),
                        section.integer("keep", usual.keep(), 0, 1000),
                        section.integer("ended", usual.ended(), 0, 100_000));
        section.end();
        return logs;
    }
}
