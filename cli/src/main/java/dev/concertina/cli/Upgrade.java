package dev.concertina.cli;

import dev.concertina.fleet.manifest.Units;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "upgrade",
        description = {
            "Replace the gateway by a fresh process of this installation, without refusing or",
            "resetting a connection."
        })
final class Upgrade extends Verb {
    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "5m",
            description =
                    "What the old process still serves, such as WebSockets, ends by then (default:"
                            + " ${DEFAULT-VALUE}).")
    String within = "";

    @Override
    public Integer call() throws IOException {
        Duration time =
                Units.duration(within)
                        .filter(Duration::isPositive)
                        .orElseThrow(() ->
                                Refusal.usage(
                                        "--within '"
                                                + within
                                                + "' is not a time. Write 30s or 5m."));
        // Not the fleet process's own: it may be of an older installation.
        String classPath =
                System.getProperty(
                        "concertina.gateway.classpath", System.getProperty("java.class.path"));
        var fleet = fleet();
        return Detached.saying(
                terminal(),
                "The upgrade goes on. Next: concertina status" + options.repeated(),
                () -> ended(fleet.upgrade(classPath, time, story())));
    }
}
