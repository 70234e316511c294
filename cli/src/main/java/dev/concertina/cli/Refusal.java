package dev.concertina.cli;

import static java.util.stream.Collectors.joining;

import dev.concertina.fleet.manifest.Problem;
import java.util.List;

/** Ends a verb with a message for the user and an exit code; no stack trace is shown. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final transient List<Problem> problems;

    private Refusal(int exitCode, String message, List<Problem> problems) {
        super(message);
        this.exitCode = exitCode;
        this.problems = List.copyOf(problems);
    }

    /** What was asked cannot be done as it is; nothing runs because of it. */
    static Refusal usage(String message) {
        return new Refusal(ExitCode.REFUSED, message, List.of());
    }

    static Refusal of(List<Problem> problems) {
        var text = problems.stream().map(Problem::toString).collect(joining("\n"));
        return new Refusal(ExitCode.REFUSED, text, problems);
    }

    static Refusal failed(String message) {
        return new Refusal(ExitCode.FAILED, message, List.of());
    }

    int exitCode() {
        return exitCode;
    }

    List<Problem> problems() {
        return problems;
    }
}
