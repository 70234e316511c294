package dev.concertina.cli;

import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "status", description = "Show the fleet and each of its processes.")
final class Status extends Verb {
    @Option(
            names = {"-w", "--watch"},
            description = "Show it again every second until Ctrl-C.")
    boolean watch;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var clock = Clock.systemUTC();
        do {
            var status = fleet().status();
            if (json) {
                terminal().answer(Json.write(status));
            } else {
                var clear = watch && terminal().live() ? "\u001b[H\u001b[2J" : "";
                terminal()
                        .answer(clear + StatusText.render(status, clock.instant()).stripTrailing());
            }
            if (watch) {
                TimeUnit.SECONDS.sleep(1);
            }
        } while (watch);
        return ExitCode.DONE;
    }
}
