package dev.concertina.fleet.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;

/**
 * Reads {@code concertina.yaml}: finds everything that is wrong with it, each with its place, or
 * fills in every default. It looks at nothing but the file; {@code Preflight} looks at the machine.
 */
public final class ManifestReader {
    private final ReadContext context;
    private final Path file;

    private ManifestReader(Path file, ReadContext context) {
        this.file = file;
        this.context = context;
    }

    public static Reading read(Path file) {
        return read(file, Optional.empty());
    }

    /**
     * @param environment name of an overlay: for {@code prod} and {@code concertina.yaml} the file
     *     {@code concertina.prod.yaml} beside it, whose keys replace those of the manifest
     */
    public static Reading read(Path file, Optional<String> environment) {
        var problems = new Problems();
        var root =
                parse(file, problems, "Run 'concertina init' to write one, or name one with -f.");
        if (environment.isPresent() && root.isPresent()) {
            var overlay = overlay(file, environment.get());
            var top = parse(overlay, problems, "Write it, or leave --env out.");
            root = top.map(root.get()::overlaidBy);
        }
        if (root.isEmpty()) {
            return new Reading.Refused(problems.list());
        }
        return interpret(file, root.get(), problems);
    }

    /** Reads a manifest that is not in a file yet; {@code file} says where it would be. */
    public static Reading read(Path file, String text) {
        var problems = new Problems();
        var root = new YamlFile(file.toString(), problems).read(text);
        return root.isEmpty()
                ? new Reading.Refused(problems.list())
                : interpret(file, root.get(), problems);
    }

    private static Reading interpret(Path file, Yaml.Mapping root, Problems problems) {
        var places = new HashMap<String, Place>();
        places.put("", Place.nowhereIn(file.toString()));
        var absolute = file.toAbsolutePath().normalize();
        var folder = Optional.ofNullable(absolute.getParent()).orElse(absolute);
        var context = new ReadContext(folder, problems, places);
        var manifest = new ManifestReader(absolute, context).manifest(root);
        return problems.any() || manifest.isEmpty()
                ? new Reading.Refused(problems.list())
                : new Reading.Read(manifest.get(), places);
    }

    private static Path overlay(Path file, String environment) {
        var name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var base = dot < 0 ? name : name.substring(0, dot);
        var extension = dot < 0 ? "" : name.substring(dot);
        return file.resolveSibling(base + "." + environment + extension);
    }

    private static Optional<Yaml.Mapping> parse(Path file, Problems problems, String whenMissing) {
        var nowhere = Place.nowhereIn(file.toString());
        try {
            var text = Files.readString(file, StandardCharsets.UTF_8);
            return new YamlFile(file.toString(), problems).read(text);
        } catch (NoSuchFileException e) {
            problems.add(nowhere, "", "", "there is no such file.", whenMissing);
        } catch (IOException e) {
            var reason = Files.isDirectory(file) ? "it is a folder" : e.toString();
            problems.add(nowhere, "", "", "cannot be read: " + reason + ".", "Name a text file.");
        }
        return Optional.empty();
    }

    private Optional<Manifest> manifest(Yaml.Mapping root) {
        var top = new Section(context, "", root);
        var source = top.path("source").orElse(file);
        var instances = instances(top);
        var app = new AppReader(context).read(top, instances, source);
        var services = new ServicesReader(context).read(top.section("services"));
        var gateway = new GatewayReader(context, source).read(top.section("gateway"));
        var rollout = RolloutReader.read(top.section("rollout"), gateway.engine());
        var verify = new VerifyReader(context).read(top.section("verify"));
        var autoscale = AutoscaleReader.read(top, instances);
        var logs = CareReader.logs(top.section("logs"));
        top.end();
        return app.map(a ->
                new Manifest(
                        source, a, instances, services, gateway, rollout, autoscale, verify, logs));
    }

    private Manifest.Instances instances(Section top) {
        var value = top.take("instances");
        if (value.isEmpty()) {
            return new Manifest.Instances(1, 1);
        }
        if (value.get() instanceof Yaml.Mapping) {
            var range = top.section("instances");
            int min = range.integer("min", 1, 1, 1000);
            int max = range.integer("max", Math.max(min, 1), 1, 1000);
            range.end();
            if (min > max) {
                context.problem(
                        range.placeOf("max"),
                        "instances.max",
                        "" + max,
                        "instances.max is " + max + " but instances.min is " + min + ".",
                        "Raise max to " + min + " or more, or lower min.");
            }
            return new Manifest.Instances(min, Math.max(min, max));
        }
        int n = context.integer("instances", value.get(), 1, 1000, 1);
        return new Manifest.Instances(n, n);
    }

    /**
     * The listener at another address; empty if the text is not {@code PORT} or {@code HOST:PORT}.
     */
    public static Optional<Manifest.Listener> listener(String text, Manifest.Listener like) {
        return Addresses.of(text, Addresses.EVERY).map(like::at);
    }
}
