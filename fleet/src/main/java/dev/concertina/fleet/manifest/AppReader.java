package dev.concertina.fleet.manifest;

import dev.concertina.contract.Env;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** Reads {@code app:}. */
final class AppReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern ENV_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern PORT_VARIABLE = Pattern.compile("\\$\\{PORT}|\\$PORT\\b");
    private static final Duration HOUR = Duration.ofHours(1);

    private final ReadContext context;

    AppReader(ReadContext context) {
        this.context = context;
    }

    /** Empty, with a problem, if nothing says what to run. */
    Optional<Manifest.App> read(Section top, Manifest.Instances instances, Path file) {
        if (!top.has("app")) {
            top.take("app");
            top.wrong("app", "is missing.", "Write 'app:' with 'jar:' or 'command:' below it.");
            return Optional.empty();
        }
        var app = top.section("app");
        if (top.take("app").filter(v -> !(v instanceof Yaml.Mapping)).isPresent()) {
            return Optional.empty();
        }
        var program = program(app);
        var name = app.text("name");
        if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
            app.wrong(
                    "name",
                    "is not 1 to 40 letters, digits, '.', '-' or '_'.",
                    "Write '" + nameFrom(name.get()) + "'.");
        }
        var java = app.path("java");
        var env = env(app);
        var health = health(app);
        var drain =
                app.duration("drain", Duration.ofSeconds(30), Duration.ZERO, Duration.ofHours(1));
        var memory = app.section("memory");
        var above = memory.bytes("restart-above", 16L << 20);
        memory.end();
        var limits = CareReader.limits(app.section("limits"), above);
        var restart = CareReader.crashLoop(app);
        boolean jar = program.filter(p -> p instanceof Manifest.Program.Jar).isPresent();
        var start = StartReader.read(app.section("start"), jar);
        for (String key : List.of("cpu", "user")) {
            app.notYet(key, "Remove it.");
        }
        app.end();
        program.ifPresent(p -> refuseFixedPort(app, p, instances));
        return program.map(p ->
                new Manifest.App(
                        name.orElseGet(() -> defaultName(p, file)),
                        p,
                        java,
                        env,
                        health,
                        drain,
                        new Manifest.Memory(above),
                        start,
                        restart,
                        limits));
    }

    private Optional<Manifest.Program> program(Section app) {
        var jar = app.path("jar");
        var command = command(app, "command");
        var jvm = command(app, "jvm").orElse(List.of());
        var arguments = command(app, "arguments").orElse(List.of());
        var directory = app.path("directory");
        if (app.has("jar") && app.has("command")) {
            app.wrong("command", "stands beside app.jar.", "Keep one of the two.");
            return Optional.empty();
        }
        if (jar.isPresent()) {
            onlyWith(app, "directory", "command");
            return Optional.of(new Manifest.Program.Jar(jar.get(), jvm, arguments));
        }
        if (command.isPresent()) {
            onlyWith(app, "jvm", "jar");
            onlyWith(app, "java", "jar");
            onlyWith(app, "arguments", "jar");
            return Optional.of(
                    new Manifest.Program.Command(
                            command.get(), directory.orElse(context.folder())));
        }
        if (!app.has("jar") && !app.has("command")) {
            context.problem(
                    app.place(),
                    "app",
                    "",
                    "app has neither 'jar' nor 'command'.",
                    "Write 'jar: target/app.jar' or 'command: node server.js'.");
        }
        return Optional.empty();
    }

    private void onlyWith(Section app, String key, String other) {
        if (app.has(key)) {
            app.wrong(key, "belongs to 'app." + other + "'.", "Remove it.");
        }
    }

    /** Words of a text, split as a shell would, or of a list, each a word as it is. */
    private Optional<List<String>> command(Section app, String key) {
        var value = app.take(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var words = new ArrayList<String>();
        if (value.get() instanceof Yaml.Items items) {
            items.values().forEach(v -> context.textOrEmpty(app.key(key), v).ifPresent(words::add));
        } else {
            var text = context.text(app.key(key), value.get());
            if (text.isEmpty()) {
                return Optional.empty();
            }
            switch (CommandWords.split(text.get())) {
                case CommandWords.Split.Words split -> words.addAll(split.words());
                case CommandWords.Split.Unclear unclear -> {
                    app.wrong(key, unclear.message(), unclear.next());
                    return Optional.empty();
                }
            }
        }
        if (words.isEmpty()) {
            app.wrong(key, "is empty.", "Write at least one word or remove the key.");
            return Optional.empty();
        }
        // No shell expands it, and people write it.
        return Optional.of(
                words.stream().map(w -> PORT_VARIABLE.matcher(w).replaceAll("{port}")).toList());
    }

    private SequencedMap<String, String> env(Section app) {
        var env = new LinkedHashMap<String, String>();
        app.texts("env")
                .forEach((name, value) -> {
                    var key = app.key("env") + "." + name;
                    if (!ENV_NAME.matcher(name).matches()) {
                        problem(
                                key,
                                name,
                                "is not a variable's name.",
                                "Use letters, digits and '_'.");
                    }
                    env.put(name, References.check(context, key, value));
                });
        for (String own : List.of(Env.INSTANCE_ID, Env.RELEASE, Env.FLEET_SIZE_MAX)) {
            if (env.containsKey(own)) {
                problem(
                        "app.env." + own,
                        own,
                        "is set by the fleet for each instance.",
                        "Remove it.");
            }
        }
        return env;
    }

    private void problem(String key, String value, String message, String next) {
        var place = context.places().getOrDefault(key, Place.nowhereIn(""));
        context.problem(place, key, value, key + " " + message, next);
    }

    private Manifest.Health health(Section app) {
        var value = app.take("health");
        if (value.isPresent() && value.get() instanceof Yaml.Text) {
            return health(
                    new Section(context, "app.health", Yaml.Mapping.empty(app.placeOf("health"))),
                    app.urlPath("health"));
        }
        return health(app.section("health"), Optional.empty());
    }

    private static Manifest.Health health(Section section, Optional<String> path) {
        var ready = section.urlPath("ready").or(() -> path);
        var health =
                new Manifest.Health(
                        ready,
                        section.urlPath("live"),
                        section.duration("every", ofSeconds(1), Duration.ofMillis(50), HOUR),
                        section.duration("timeout", ofSeconds(2), Duration.ofMillis(50), HOUR),
                        section.integer("rise", 2, 1, 100),
                        section.integer("fall", 3, 1, 100),
                        section.duration("start-within", ofSeconds(120), ofSeconds(1), HOUR));
        section.end();
        return health;
    }

    private static Duration ofSeconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private void refuseFixedPort(
            Section app, Manifest.Program program, Manifest.Instances instances) {
        for (String name : List.of(Env.PORT, Env.SERVER_PORT)) {
            if (app.section("env").has(name)) {
                fixed(
                        "app.env." + name,
                        name + "=" + app.texts("env").getOrDefault(name, ""),
                        instances);
            }
        }
        switch (program) {
            case Manifest.Program.Jar jar -> {
                FixedPort.inArguments(jar.arguments())
                        .ifPresent(port -> fixed("app.arguments", port, instances));
                FixedPort.inArguments(jar.jvmOptions())
                        .ifPresent(port -> fixed("app.jvm", port, instances));
            }
            case Manifest.Program.Command command ->
                    FixedPort.inCommand(command.words())
                            .ifPresent(port -> fixed("app.command", port, instances));
        }
    }

    private void fixed(String key, String port, Manifest.Instances instances) {
        int n = instances.max();
        context.problem(
                context.places().getOrDefault(key, Place.nowhereIn("")),
                key,
                port,
                key
                        + " fixes the port ('"
                        + port
                        + "')"
                        + (n > 1 ? ", and " + n + " instances cannot share one." : "."),
                key.equals("app.command")
                        ? "Write {port} instead of the number: each instance is given its own."
                        : "Remove it: each instance is given its own in PORT and SERVER_PORT.");
    }

    private static String defaultName(Manifest.Program program, Path file) {
        if (program instanceof Manifest.Program.Jar jar) {
            return nameOfJar(jar.path());
        }
        var folder = file.toAbsolutePath().getParent();
        return folder == null || folder.getFileName() == null
                ? "app"
                : nameFrom(folder.getFileName().toString());
    }

    /** The name without the version: {@code registry} for {@code registry-1.0-SNAPSHOT.jar}. */
    static String nameOfJar(Path jar) {
        var file = jar.getFileName().toString();
        return nameFrom(file.replaceFirst("\\.jar$", "").replaceFirst("[-_.]v?\\d.*$", ""));
    }

    private static String nameFrom(String text) {
        var name =
                text.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9._-]+", "-")
                        .replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
        return name.isEmpty() ? "app" : name.substring(0, Math.min(40, name.length()));
    }
}
