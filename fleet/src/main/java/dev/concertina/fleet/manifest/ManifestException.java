package dev.concertina.fleet.manifest;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A manifest that had to be right is not; the message holds one line for each problem. */
public final class ManifestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public ManifestException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
