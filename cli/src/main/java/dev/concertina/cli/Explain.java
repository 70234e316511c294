package dev.concertina.cli;

import dev.concertina.fleet.Explanation;
import dev.concertina.fleet.console.Decision;
import dev.concertina.fleet.wire.Json;
import java.nio.file.Files;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = {
            "Show what the fleet decided, what led to it and what it did, from its journal.",
            "Works whether or not the fleet is up."
        })
final class Explain extends Verb {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    @Parameters(
            arity = "0..1",
            paramLabel = "SUBJECT",
            description = "Only what concerns this instance or release (default: everything).")
    Optional<String> subject = Optional.empty();

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "20",
            description = "The latest N decisions; 0 is all (default: ${DEFAULT-VALUE}).")
    int number;

    @Override
    public Integer call() {
        var state = options.stateDirectory();
        if (!Files.exists(state.resolve("journal"))) {
            throw Refusal.failed(
                    "There is no journal in "
                            + state
                            + ": no fleet of "
                            + options.file
                            + " ever ran. Next: concertina up -d"
                            + options.repeated());
        }
        List<Decision> all =
                Explanation.of(state).stream()
                        .filter(d -> subject.map(d::concerns).orElse(true))
                        .toList();
        int from = number > 0 ? Math.max(0, all.size() - number) : 0;
        for (Decision decision : all.subList(from, all.size())) {
            terminal().answer(json ? Json.write(decision) : text(decision));
        }
        if (all.isEmpty() && !json) {
            terminal().story("Nothing in the journal concerns " + subject.orElse("it") + ".");
        }
        return ExitCode.DONE;
    }

    private String text(Decision decision) {
        var text = new StringBuilder();
        text.append(CLOCK.format(decision.at()))
                .append("  ")
                .append(terminal().bold(decision.because()));
        decision.decided().forEach(line -> text.append("\n    ").append(line));
        decision.did().forEach(line -> text.append("\n    → ").append(line));
        return text.toString();
    }
}
