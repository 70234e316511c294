package dev.concertina.cli;

import dev.concertina.fleet.manifest.Problem;
import java.util.List;

/**
 * A problem as {@code --json} prints it.
 *
 * @param place such as {@code concertina.yaml:7:3}
 */
record ProblemJson(String place, String key, String value, String message, String next) {
    static List<ProblemJson> of(List<Problem> problems) {
        return problems.stream()
                .map(p ->
                        new ProblemJson(
                                p.place().toString(), p.key(), p.value(), p.message(), p.next()))
                .toList();
    }
}
