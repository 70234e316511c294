package dev.concertina.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code concertina}. */
@Command(
        name = "concertina",
        description =
                "Runs a web application as many interchangeable instances, and proves that it can.",
        synopsisSubcommandLabel = "VERB",
        footer = {
            "",
            "Exit codes: 0 done or PASS, 1 failed or rolled back, 2 usage or manifest error,",
            "            3 FAIL, 4 UNKNOWN, 130 interrupted.",
            "Help on a verb: concertina VERB --help"
        })
public final class Main {
    /** In the order of the help. */
    private static final SequencedMap<String, Class<?>> VERBS = new LinkedHashMap<>();

    static {
        VERBS.put("init", Init.class);
        VERBS.put("up", Up.class);
        VERBS.put("down", Down.class);
        VERBS.put("status", Status.class);
        VERBS.put("scale", Scale.class);
        VERBS.put("deploy", Deploy.class);
        VERBS.put("promote", Promote.class);
        VERBS.put("abort", Abort.class);
        VERBS.put("rollback", Rollback.class);
        VERBS.put("releases", ListReleases.class);
        VERBS.put("restart", Restart.class);
        VERBS.put("drain", Drain.class);
        VERBS.put("upgrade", Upgrade.class);
        VERBS.put("logs", Logs.class);
        VERBS.put("events", Events.class);
        VERBS.put("explain", Explain.class);
        VERBS.put("simulate", Simulate.class);
        VERBS.put("check", Check.class);
        VERBS.put("verify", Verify.class);
        VERBS.put("demo", Demo.class);
        VERBS.put("service", Service.class);
        VERBS.put("doctor", Doctor.class);
    }

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
        Optional<Verb> verb = Shortcut.of(args);
        return verb.isPresent()
                ? call(verb.get(), new Main(terminal, fleets))
                : parsed(args, terminal, fleets);
    }

    private static int call(Verb verb, Main main) {
        verb.main = main;
        try {
            return verb.call();
        } catch (Exception e) {
            return Failures.execution(e, verb.json, main.terminal());
        }
    }

    private static int parsed(String[] args, Terminal terminal, Fleets fleets) {
        var line = new CommandLine(new Main(terminal, fleets));
        verbs(args).forEach(line::addSubcommand);
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

    /** The one that is named, because picocli reads the options of each it is given; else all. */
    private static Map<String, Class<?>> verbs(String... args) {
        Optional<Class<?>> named =
                args.length == 0 ? Optional.empty() : Optional.ofNullable(VERBS.get(args[0]));
        return named.<Map<String, Class<?>>>map(verb -> Map.of(args[0], verb)).orElse(VERBS);
    }

    /** For the documentation test. */
    static Map<String, Class<?>> verbs() {
        return VERBS;
    }
}
