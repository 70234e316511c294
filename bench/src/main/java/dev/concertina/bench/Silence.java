package dev.concertina.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What libraries log would stand between the lines on stdout. */
public final class Silence {
    /** Names the file to Logback. */
    public static final String PROPERTY = "logback.configurationFile";

    private Silence() {}

    /** Logback's configuration for this JVM, which has not logged yet. */
    public static void here(Path folder) throws IOException {
        System.setProperty(PROPERTY, written(folder).toString());
    }

    /** The same for another. */
    public static Path written(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("logback.xml"),
                "<configuration><root level=\"OFF\"/></configuration>");
    }
}
