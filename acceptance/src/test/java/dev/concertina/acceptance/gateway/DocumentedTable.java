package dev.concertina.acceptance.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A table of {@code docs/reference/gateway.md}, between two comments with its name, that a test
 * makes anew. With {@code -Dtables=write} the document follows; otherwise it must agree.
 */
final class DocumentedTable {
    private static final boolean WRITE = "write".equals(System.getProperty("tables"));

    private DocumentedTable() {}

    static void check(String name, String table) throws IOException {
        Path document = document();
        String text = Files.readString(document);
        String begin = "<!-- " + name + ": written by a test, do not edit -->\n";
        String end = "<!-- end of " + name + " -->";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end, from);
        assertThat(text).as("%s has a place for '%s'", document, name).contains(begin, end);
        if (WRITE) {
            Files.writeString(document, text.substring(0, from) + table + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as(
                        "%s no longer says what the gateway does. If the change is meant, run this"
                                + " test with -Dsoak=true -Dtables=write",
                        document)
                .isEqualTo(table);
    }

    private static Path document() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("docs/reference"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("no docs/reference above the module");
            }
        }
        return directory.resolve("docs/reference/gateway.md");
    }
}
