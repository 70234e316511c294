package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestWriter;
import dev.concertina.fleet.manifest.Preflight;
import dev.concertina.fleet.render.NginxLosses;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description =
                "Say whether the manifest is right and this machine can run it. Starts nothing.")
final class Check extends Verb {
    @Option(names = "--effective", description = "Print the manifest with every default.")
    boolean effective;

    @Override
    public Integer call() throws IOException {
        var read = options.read();
        var manifest = read.manifest();
        boolean up =
                fleets().running(manifest.stateDirectory()).isPresent()
                        || !Leftovers.of(manifest.stateDirectory()).isEmpty();
        var problems = Preflight.check(read, terminal().environment(), up);
        if (effective && !json) {
            terminal().answer(ManifestWriter.writeRedacted(manifest).stripTrailing());
        }
        if (!problems.isEmpty()) {
            throw Refusal.of(problems);
        }
        if (json) {
            var answer = new LinkedHashMap<String, Object>();
            answer.put("ok", true);
            answer.put("problems", List.of());
            answer.put("notes", NginxLosses.of(manifest));
            answer.put("effective", ManifestWriter.writeRedacted(manifest));
            terminal().answer(Json.write(answer));
        } else if (!effective) {
            terminal().answer(options.file + " is right: " + summary(manifest));
            notes(NginxLosses.of(manifest));
        }
        return ExitCode.DONE;
    }

    /** True things to know, and nothing to mend. */
    private void notes(List<String> losses) {
        if (!losses.isEmpty()) {
            terminal().answer("What nginx does not give, and 'engine: embedded' does:");
            losses.forEach(loss -> terminal().answer("  - " + loss));
        }
    }

    private static String summary(Manifest m) {
        int n = m.instances().min();
        return Count.instances(n)
                + " of "
                + m.app().name()
                + " behind "
                + m.gateway().host()
                + ":"
                + m.gateway().port()
                + ".";
    }
}
