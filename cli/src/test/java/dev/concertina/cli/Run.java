package dev.concertina.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * One run of the command line inside the test.
 *
 * @param out everything on stdout
 * @param err everything on stderr
 */
record Run(int exitCode, String out, String err) {
    static Run of(Fleets fleets, Path folder, String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var environment = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");
        var terminal =
                new Terminal(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        false,
                        false,
                        environment,
                        folder);
        int code = Main.run(words, terminal, fleets);
        terminal.out().flush();
        terminal.err().flush();
        return new Run(code, out.toString(), err.toString());
    }
}
