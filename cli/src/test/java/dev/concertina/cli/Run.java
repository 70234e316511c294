package dev.concertina.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One run of the command line inside the test.
 *
 * @param out everything on stdout
 * @param err everything on stderr
 */
record Run(int exitCode, String out, String err) {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    static Run of(Fleets fleets, Path folder, String... words) {
        return of(PATH, fleets, folder, words);
    }

    /** As by the script, with what a user configures below the folder. */
    static Run inside(Fleets fleets, Path folder, String... words) {
        var environment = new HashMap<>(PATH);
        environment.put("CONCERTINA_HOME", folder.resolve("home").toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        return of(environment, fleets, folder, words);
    }

    private static Run of(
            Map<String, String> environment, Fleets fleets, Path folder, String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
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
