package dev.concertina.cli;

import dev.concertina.fleet.console.ReleaseStatus;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(name = "releases", description = "List the releases that are kept.")
final class ListReleases extends Verb {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final int DIGITS = 12;

    @Override
    public Integer call() throws IOException {
        List<ReleaseStatus> releases = fleet().releases();
        if (json) {
            releases.forEach(release -> terminal().answer(Json.write(release)));
            return ExitCode.DONE;
        }
        var table = new Table("RELEASE", "STATE", "MADE", "SIZE", "SHA-256", "FROM");
        for (ReleaseStatus r : releases) {
            boolean known = r.made().getEpochSecond() > 0;
            table.row(
                    r.name(),
                    r.state(),
                    known ? WHEN.format(r.made()) : "-",
                    r.bytes() > 0
                            ? String.format(Locale.ROOT, "%.1f MiB", r.bytes() / 1048576.0)
                            : "-",
                    r.sha256().map(sha -> sha.substring(0, DIGITS)).orElse("-"),
                    r.source().orElse("-"));
        }
        terminal().answer(table.render().stripTrailing());
        return ExitCode.DONE;
    }
}
