package dev.concertina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "init", description = "Write a manifest to start from, after a look at the folder.")
final class Init implements Callable<Integer> {
    @ParentCommand Main main = Main.unset();

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "Where (default: here).")
    Path folder = Path.of(".");

    @Option(names = "--force", description = "Replace a manifest that is there.")
    boolean force;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw Refusal.usage(folder + " is no folder. Make it, or name another one.");
        }
        var file = folder.resolve("concertina.yaml").normalize();
        if (Files.exists(file) && !force) {
            throw Refusal.usage(
                    file + " exists. Keep it, or write it anew: concertina init --force");
        }
        Files.writeString(file, manifest(program()));
        main.terminal().answer("Wrote " + file + ". Next: concertina check, then concertina up");
        return ExitCode.DONE;
    }

    private String program() throws IOException {
        var jar = jar();
        if (jar.isPresent()) {
            return "jar: " + folder.relativize(jar.get()) + "   # what 'java -jar' would run";
        }
        if (Files.exists(folder.resolve("package.json"))) {
            return "command: npm start   # {port} and $PORT are the instance's port";
        }
        if (Files.exists(folder.resolve("server.js"))) {
            return "command: node server.js   # {port} and $PORT are the instance's port";
        }
        if (Files.exists(folder.resolve("manage.py"))) {
            return "command: python3 manage.py runserver {port}";
        }
        return "jar: target/app.jar   # or  command: node server.js";
    }

    /** The newest jar that a build left, sources and javadoc aside. */
    private Optional<Path> jar() throws IOException {
        for (String place : List.of("target", "build/libs", ".")) {
            var directory = folder.resolve(place).normalize();
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (var files = Files.list(directory)) {
                var newest =
                        files.filter(f -> f.toString().endsWith(".jar"))
                                .filter(f ->
                                        !f.toString()
                                                .matches(".*-(sources|javadoc|plain|tests)\\.jar"))
                                .max(Comparator.comparingLong(f -> f.toFile().lastModified()));
                if (newest.isPresent()) {
                    return newest;
                }
            }
        }
        return Optional.empty();
    }

    private static String manifest(String program) {
        return """
        # What Concertina runs here. Every key: docs/reference/manifest.md
        # 'concertina check --effective' prints it with every default.
        app:
          %s
          # env: { SPRING_PROFILES_ACTIVE: prod }   # values may be ${env:X}, ${file:path}, ${secret:NAME}
          # health: { ready: /actuator/health/readiness }   # default: the usual paths are tried
          drain: 30s            # how long requests in flight may go on when an instance stops
        instances: 3
        # services: { redis: embedded, postgres: embedded }   # or URLs
        gateway:
          listen: 127.0.0.1:8080   # a bare port listens on every address
        """
                .formatted(program);
    }
}
