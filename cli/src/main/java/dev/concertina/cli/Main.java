package dev.concertina.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code concertina}. */
@Command(
        name = "concertina",
        description =
                "Runs a web application as many interchangeable instances, and proves that it can.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            Init.class,
            Up.class,
            Down.class,
            Status.class,
            Scale.class,
            Deploy.class,
            Promote.class,
            Abort.class,
            Rollback.class,
            ListReleases.class,
            Restart.class,
            Drain.class,
            Upgrade.class,
            Logs.class,
            Events.class,
            Explain.class,
            Simulate.class,
            Check.class,
            Verify.class,
            Demo.class,
            Doctor.class
        },
        footer = {
            "",
            "Exit codes: 0 done or PASS, 1 failed or rolled back, 2 usage or manifest error,",
            "            3 FAIL, 4 UNKNOWN, 130 interrupted.",
            "Help on a verb: concertina VERB --help"
        })
public final class Main {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    private final Terminal terminal;
    private final Fleets fleets;

    Main(Terminal terminal, Fleets fleets) {
        this.terminal = terminal;
        this.fleets = fleets;
    }

    /** Stands in until picocli has set the real one. */
    static Main unset() {
        var nowhere = new PrintWriter(new StringWriter());
        return new Main(
                new Terminal(nowhere, nowhere, false, false, Map.of(), java.nio.file.Path.of("")),
                new ProcessFleets());
    }

    Terminal terminal() {
        return terminal;
    }

    Fleets fleets() {
        return fleets;
    }

    public static void main(String[] args) {
        System.exit(run(args, Terminal.ofProcess(), new ProcessFleets()));
    }

    static int run(String[] args, Terminal terminal, Fleets fleets) {
        var line = new CommandLine(new Main(terminal, fleets));
        line.setOut(terminal.out());
        line.setErr(terminal.err());
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        terminal.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler((e, given) -> Failures.usage(e, terminal));
        line.setExecutionExceptionHandler(
                (e, command, parsed) -> Failures.execution(e, command, terminal));
        if (args.length == 0) {
            line.usage(terminal.out());
            return ExitCode.REFUSED;
        }
        return line.execute(args);
    }

    /** For the documentation test. */
    static List<String> verbs() {
        return new CommandLine(unset()).getSubcommands().keySet().stream().toList();
    }
}
