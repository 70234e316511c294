package dev.concertina.fleet.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A file from which a JVM starts faster. It is made by runs of the JVM that has use for it, and
 * appears whole or not at all.
 */
public sealed interface Archive permits AotCache, LibraryArchive {
    /** May not be there. */
    Path file();

    /** What a start gains, as the end of a sentence that begins with a release. */
    String gain();

    /** What is missing without it. */
    String name();

    /**
     * The command that starts from it.
     *
     * @param plain the command without it: the JVM, its options, {@code -jar}, the jar, arguments
     */
    List<String> command(List<String> plain);

    /**
     * The runs that make it, in order; the last one tries it.
     *
     * @param draft the file to make
     */
    List<Stage> stages(List<String> plain, Path draft);

    /** One run, and how long it may take. */
    record Stage(List<String> command, Duration within) {
        private static final Duration MAKING = Duration.ofMinutes(5);
        private static final Duration TRYING = Duration.ofMinutes(1);

        public Stage {
            command = List.copyOf(command);
        }

        static Stage making(List<String> command) {
            return new Stage(command, MAKING);
        }

        static Stage trying(List<String> command) {
            return new Stage(command, TRYING);
        }
    }

    default boolean ready() {
        return Files.isRegularFile(file());
    }
}
