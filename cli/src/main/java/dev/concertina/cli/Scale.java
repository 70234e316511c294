package dev.concertina.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "scale", description = "Change how many instances run: N, +N or -N.")
final class Scale extends Verb {
    @Parameters(paramLabel = "N|+N|-N", description = "Wanted number, or how many more or fewer.")
    String number = "";

    @Override
    public Integer call() throws IOException {
        if (!number.matches("[+-]?\\d{1,4}")) {
            throw Refusal.usage(
                    "'" + number + "' is not a number of instances. Write 5, +2 or -1.");
        }
        var fleet = fleet();
        int n = Integer.parseInt(number);
        boolean relative = number.startsWith("+") || number.startsWith("-");
        int wanted = relative ? fleet.status().wanted() + n : n;
        if (wanted < 1) {
            throw Refusal.usage(
                    "That would leave "
                            + wanted
                            + " instances. Keep at least 1, or: concertina down");
        }
        return Detached.saying(
                terminal(),
                "The fleet goes on scaling to "
                        + wanted
                        + ". Next: concertina status"
                        + options.repeated(),
                () -> ended(fleet.scale(wanted, story())));
    }
}
