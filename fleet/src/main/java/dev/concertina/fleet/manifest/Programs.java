package dev.concertina.fleet.manifest;

import java.nio.file.Path;
import java.util.Map;

/** Manifests of programs that come without a file. */
public final class Programs {
    private Programs() {}

    /** A runnable jar, one instance, everything else by default; state is kept in the folder. */
    public static Reading.Read ofJar(Path jar, Path folder) {
        var file = folder.toAbsolutePath().normalize().resolve("concertina.yaml");
        var absolute = folder.toAbsolutePath().resolve(jar).normalize();
        var text = "app: { jar: \"" + absolute.toString().replace("\"", "\\\"") + "\" }";
        var manifest = ManifestReader.read(file, text).orThrow();
        return new Reading.Read(manifest, Map.of("", Place.nowhereIn("command line")));
    }
}
