package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "service",
        description = {
            "Print a systemd unit that starts the fleet when the machine starts.",
            "With --install it is written to where systemd looks for it."
        })
final class Service extends Verb {
    @Option(
            names = "--system",
            description = "For the whole machine; else for the user who runs this command.")
    boolean system;

    @Option(names = "--install", description = "Write the unit instead of printing it.")
    boolean install;

    @Override
    public Integer call() throws IOException {
        Manifest manifest = options.manifest();
        var environment = terminal().environment();
        String home = environment.getOrDefault("CONCERTINA_HOME", "");
        if (home.isEmpty()) {
            throw Refusal.usage(
                    "CONCERTINA_HOME is not set, so the unit cannot name the command. Call it by the"
                            + " script 'concertina'.");
        }
        var unit =
                new SystemdUnit(manifest, options.overlay(), Path.of(home, "concertina"), system);
        String text = unit.text(System.getProperty("user.name"), environment.get("JAVA_HOME"));
        String name = unit.name();
        Path file = folder(environment).resolve(name);
        if (install) {
            write(file, text);
        }
        if (json) {
            var answer = new LinkedHashMap<String, Object>();
            answer.put("name", name);
            answer.put("file", file.toString());
            answer.put("installed", install);
            answer.put("unit", text);
            terminal().answer(Json.write(answer));
        } else {
            terminal().answer(install ? file.toString() : text.stripTrailing());
        }
        terminal().story(install ? next(name, manifest) : howToInstall());
        return ExitCode.DONE;
    }

    private Path folder(Map<String, String> environment) {
        if (system) {
            return Path.of("/etc/systemd/system");
        }
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base =
                config.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".config")
                        : Path.of(config);
        return base.resolve("systemd/user");
    }

    private static void write(Path file, String text) throws IOException {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw Refusal.failed(
                    file + " cannot be written: " + e.getMessage() + ". With --system use sudo.");
        }
    }

    private String next(String name, Manifest manifest) throws IOException {
        String systemctl = system ? "systemctl" : "systemctl --user";
        boolean up = fleets().running(manifest.stateDirectory()).isPresent();
        return "Next: "
                + (up ? "concertina down" + options.repeated() + " && " : "")
                + systemctl
                + " daemon-reload && "
                + systemctl
                + " enable --now "
                + name
                + (system
                        ? ""
                        : "\nAnd once, so that it runs without anybody logged in: loginctl"
                                + " enable-linger "
                                + System.getProperty("user.name"));
    }

    private String howToInstall() {
        return "Next: concertina service --install"
                + (system ? " --system" : "")
                + options.repeated();
    }
}
