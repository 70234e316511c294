package dev.concertina.fleet.manifest;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks at this machine, before anything is started: can it run the manifest? */
public final class Preflight {
    private final Reading.Read read;
    private final Problems problems = new Problems();

    private Preflight(Reading.Read read) {
        this.read = read;
    }

    /**
     * Everything that would keep the fleet from starting.
     *
     * @param running parts of this very fleet run already, so its port is rightly taken
     */
    public static List<Problem> check(
            Reading.Read read, Map<String, String> environment, boolean running) {
        var preflight = new Preflight(read);
        var manifest = read.manifest();
        preflight.references(new References(manifest.stateDirectory(), environment));
        switch (manifest.app().program()) {
            case Manifest.Program.Jar jar -> preflight.jar(jar, environment);
            case Manifest.Program.Command command -> preflight.command(command, environment);
        }
        preflight.files(manifest.app().limits());
        GatewayPreflight.check(
                manifest.gateway(),
                manifest.rollout().strategy(),
                environment,
                running,
                preflight::wrong);
        return preflight.problems.list();
    }

    private void wrong(String key, String value, String message, String next) {
        problems.add(read.place(key), key, value, key + " " + message, next);
    }

    /** Nobody but the administrator may raise what the system allows this user. */
    private void files(Manifest.Limits limits) {
        OptionalLong most = OpenFiles.most();
        if (limits.files().isPresent()
                && most.isPresent()
                && limits.files().getAsInt() > most.getAsLong()) {
            wrong(
                    "app.limits.files",
                    "" + limits.files().getAsInt(),
                    "is "
                            + limits.files().getAsInt()
                            + ", and this user may have "
                            + most.getAsLong()
                            + ".",
                    "Write that or less, or raise it for the user (limits.conf(5), LimitNOFILE=).");
        }
    }

    private void references(References references) {
        var manifest = read.manifest();
        manifest.app()
                .env()
                .forEach((name, value) -> reference("app.env." + name, value, references));
        service("redis", manifest.services().redis(), references);
        service("postgres", manifest.services().postgres(), references);
    }

    private void service(String name, Optional<Manifest.Service> service, References references) {
        if (service.isPresent() && service.get() instanceof Manifest.Service.External external) {
            var key = "services." + name;
            external.user().ifPresent(user -> reference(key + ".user", user, references));
            external.password().ifPresent(p -> reference(key + ".password", p, references));
        }
    }

    private void reference(String key, String value, References references) {
        references
                .missing(value)
                .ifPresent(message -> {
                    int stop = message.indexOf(". ");
                    wrong(
                            key,
                            References.isReference(value) ? value : "",
                            message.substring(0, stop + 1),
                            message.substring(stop + 2));
                });
    }

    private void jar(Manifest.Program.Jar jar, Map<String, String> environment) {
        switch (JarCheck.of(jar.path())) {
            case JarCheck.Startable runnable -> java(jar, runnable, environment);
            case JarCheck.Wrong wrong ->
                    wrong(
                            "app.jar",
                            jar.path().toString(),
                            "'" + jar.path() + "' " + wrong.message(),
                            wrong.next());
        }
    }

    private void java(
            Manifest.Program.Jar jar,
            JarCheck.Startable runnable,
            Map<String, String> environment) {
        var chosen = read.manifest().app().java();
        var jdks =
                chosen.map(java -> List.of(Jdks.at(java))).orElseGet(() -> Jdks.found(environment));
        if (chosen.isPresent() && !Files.isExecutable(chosen.get())) {
            wrong(
                    "app.java",
                    chosen.get().toString(),
                    "'" + chosen.get() + "' is not a program.",
                    "Write the path of bin/java of a JDK, or remove the key.");
            return;
        }
        if (jdks.stream().anyMatch(jdk -> jdk.feature() >= runnable.feature())) {
            return;
        }
        var found =
                jdks.isEmpty()
                        ? "none was found"
                        : "found "
                                + String.join(
                                        ", ",
                                        jdks.stream()
                                                .map(j -> j.feature() + " at " + j.java())
                                                .toList());
        wrong(
                chosen.isPresent() ? "app.java" : "app.jar",
                jar.path().toString(),
                "'"
                        + jar.path().getFileName()
                        + "' needs Java "
                        + runnable.feature()
                        + "; "
                        + found
                        + ".",
                "Install a JDK " + runnable.feature() + " or later, or name its java in app.java.");
    }

    private void command(Manifest.Program.Command command, Map<String, String> environment) {
        var program = command.words().getFirst();
        if (!Files.isDirectory(command.directory())) {
            wrong(
                    "app.directory",
                    command.directory().toString(),
                    "'" + command.directory() + "' is no folder.",
                    "Make it, or correct the path.");
        } else if (Executables.find(program, command.directory(), environment).isEmpty()) {
            wrong(
                    "app.command",
                    program,
                    "begins with '" + program + "', which is not a program on the PATH.",
                    "Install it, or write its whole path.");
        }
    }
}
