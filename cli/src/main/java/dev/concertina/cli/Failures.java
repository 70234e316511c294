package dev.concertina.cli;

import dev.concertina.fleet.console.FleetClient;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** What users see when a verb does not come to its end, and the exit code for it. */
final class Failures {
    private Failures() {}

    static int usage(CommandLine.ParameterException e, Terminal terminal) {
        terminal.story(terminal.red(String.valueOf(e.getMessage())));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, terminal.err())) {
            var name = e.getCommandLine().getCommandSpec().qualifiedName();
            terminal.story("Next: " + name + " --help");
        }
        return ExitCode.REFUSED;
    }

    static int execution(Exception e, CommandLine command, Terminal terminal) {
        return execution(e, command.getCommand() instanceof Verb verb && verb.json, terminal);
    }

    /**
     * @param json whether the answer is to be JSON
     */
    static int execution(Exception e, boolean json, Terminal terminal) {
        return switch (e) {
            case Refusal refusal -> refused(refusal, json, terminal);
            case FleetClient.LostException lost -> failed(lost.getMessage(), terminal);
            case IOException io -> failed("Cannot read or write: " + io.getMessage(), terminal);
            case InterruptedException _ -> ExitCode.INTERRUPTED;
            default -> ours(e, terminal);
        };
    }

    private static int refused(Refusal refusal, boolean json, Terminal terminal) {
        var text = String.valueOf(refusal.getMessage());
        if (json) {
            terminal.answer(
                    Json.write(
                            Map.of(
                                    "ok",
                                    false,
                                    "error",
                                    text,
                                    "problems",
                                    ProblemJson.of(refusal.problems()))));
        } else {
            terminal.story(terminal.red(text));
        }
        return refusal.exitCode();
    }

    private static int failed(@org.jspecify.annotations.Nullable String text, Terminal terminal) {
        terminal.story(terminal.red(String.valueOf(text)));
        return ExitCode.FAILED;
    }

    private static int ours(Exception e, Terminal terminal) {
        var trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        terminal.story("This is a mistake in Concertina, please report it:\n" + trace);
        return ExitCode.FAILED;
    }
}
