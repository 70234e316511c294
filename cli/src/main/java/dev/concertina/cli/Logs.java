package dev.concertina.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Print what the processes wrote; all of them, or one.")
final class Logs extends Verb {
    @Option(
            names = {"-f", "--follow"},
            description = "Go on printing until Ctrl-C.")
    boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "100",
            description = "How many lines of each to begin with (default: ${DEFAULT-VALUE}).")
    int lines;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "An instance, 'gateway', 'fleet', 'redis' or 'postgres'.")
    Optional<String> id = Optional.empty();

    @Override
    ManifestOptions manifestOptions() {
        return new ManifestOptions.WithLongName();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var state = options.stateDirectory();
        var files = chosen(state);
        var readers = new ArrayList<LogReader>();
        for (Path file : files) {
            readers.add(new LogReader(file, lines));
        }
        do {
            for (LogReader reader : readers) {
                print(reader, files.size() > 1);
            }
            if (follow) {
                TimeUnit.MILLISECONDS.sleep(200);
                addNew(readers, state);
            }
        } while (follow);
        return ExitCode.DONE;
    }

    private List<Path> chosen(Path state) throws IOException {
        var all = LogFiles.all(state);
        var some =
                id.isEmpty()
                        ? all
                        : all.stream().filter(f -> LogFiles.name(f).equals(id.get())).toList();
        if (some.isEmpty() && id.isPresent() && !all.isEmpty()) {
            var names = all.stream().map(LogFiles::name).toList();
            throw Refusal.usage(
                    "There is no log of '"
                            + id.get()
                            + "'. There are: "
                            + String.join(", ", names)
                            + ".");
        }
        if (some.isEmpty()) {
            throw Refusal.failed(
                    "There are no logs in "
                            + LogFiles.directory(state)
                            + ". Next: concertina up -d"
                            + options.repeated());
        }
        return some;
    }

    private void addNew(List<LogReader> readers, Path state) throws IOException {
        if (id.isEmpty()) {
            for (Path file : LogFiles.all(state)) {
                if (readers.stream().noneMatch(r -> r.file().equals(file))) {
                    readers.add(new LogReader(file, Integer.MAX_VALUE));
                }
            }
        }
    }

    private void print(LogReader reader, boolean named) throws IOException {
        var prefix = named ? terminal().bold(LogFiles.name(reader.file())) + "  " : "";
        for (String line : reader.more()) {
            terminal().answer(prefix + line);
        }
    }
}
