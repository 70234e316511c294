package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.verifier.Verification;
import dev.concertina.verifier.VerificationSettings;
import dev.concertina.verifier.report.ReportWriter;
import dev.concertina.verifier.report.TextReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One verification, its report, and the exit code that is its verdict. */
record Judgement(Terminal terminal, boolean json, Optional<Path> directory) {

    int of(Manifest manifest, FleetCommands fleet, long seed)
            throws IOException, InterruptedException {
        var report =
                Verification.run(manifest, fleet, VerificationSettings.of(seed), terminal::story);
        if (directory.isPresent()) {
            ReportWriter.write(report, directory.get());
            terminal.story("The report is in " + directory.get().resolve("report.html") + ".");
        }
        terminal.answer(
                json
                        ? ReportWriter.json(report)
                        : TextReport.render(report, terminal.colour()).stripTrailing());
        return switch (report.verdict()) {
            case PASS -> ExitCode.DONE;
            case FAIL -> ExitCode.FAIL;
            case UNKNOWN -> ExitCode.UNKNOWN;
        };
    }
}
