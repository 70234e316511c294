package dev.concertina.fleet.start;

import dev.concertina.fleet.host.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The libraries of an unpacked jar in a folder that it shares with every release that has the same
 * ones, byte for byte and in the same order.
 *
 * @param shared the folder, under its own name and not a link's
 * @param start arguments for the launcher: the class path, libraries first, and the main class
 */
public record Libraries(Path shared, Path start) {
    private static final String LIB = "lib";
    private static final String START = "start.args";
    private static final String ALONE = "libraries.args";
    private static final String NAMES = "names";
    private static final String APPLICATION = "application.jar";
    private static final String MANIFEST = JarFile.MANIFEST_NAME;

    /** What only the manifest of the jar after {@code -jar} can ask for. */
    private static final List<String> LAUNCHED_ONLY =
            List.of("Launcher-Agent-Class", "Add-Exports", "Add-Opens", "Enable-Native-Access");

    /** Files of which the first on the class path is another than the later ones. */
    private static final List<String> ORDERED =
            List.of("META-INF/services/", "META-INF/spring.factories");

    /**
     * The libraries of a release whose classes may as well come after them; empty where they are
     * not shared.
     */
    public static Optional<Libraries> of(Path unpacked) {
        Path lib = unpacked.resolve(LIB);
        Path start = unpacked.resolve(START);
        try {
            return Files.isSymbolicLink(lib) && Files.isRegularFile(start)
                    ? Optional.of(new Libraries(lib.toRealPath(), start.toAbsolutePath()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Path alone() {
        return shared.resolve(ALONE);
    }

    /**
     * Moves the libraries of a jar that has just been unpacked to where they are shared, or drops
     * them if they are there already. Where that cannot be done they stay.
     *
     * @param jar that was unpacked
     * @param unpacked what came of it
     * @param at where that will be
     * @param shelf folder of all shared libraries
     */
    public static void share(Path jar, Path unpacked, Path at, Path shelf) throws IOException {
        Path application = unpacked.resolve(jar.getFileName());
        List<String> entries;
        try (var file = new JarFile(application.toFile(), false)) {
            String path = value(file, Attributes.Name.CLASS_PATH.toString()).orElse("");
            entries = List.of(path.strip().split("\\s+"));
        }
        if (!entries.stream().allMatch(entry -> entry.matches(LIB + "/[^/%:\"\\\\]+\\.jar"))) {
            return;
        }
        List<String> names =
                entries.stream().map(entry -> entry.substring(LIB.length() + 1)).toList();
        Path own = unpacked.resolve(LIB);
        Files.createDirectories(shelf);
        Path shared = shelf.toRealPath().resolve(digest(jar, names));
        List<Path> path = names.stream().map(shared::resolve).toList();
        Path link = unpacked.resolve(LIB + ".link");
        Files.createSymbolicLink(
                link,
                at.toAbsolutePath()
                        .relativize(shelf.toAbsolutePath().resolve(shared.getFileName())));
        String alone = classPath(path) + "\n";
        if (Files.isDirectory(shared)) {
            // The whole folder may have been moved to another place since.
            if (!alone.equals(Files.readString(shared.resolve(ALONE)))) {
                Files.writeString(shared.resolve(ALONE), alone);
            }
            // Never half of them: what is left of the deletion is in nobody's way.
            Path spare = Files.move(own, unpacked.resolve(LIB + ".spare"));
            Files.move(link, own, StandardCopyOption.ATOMIC_MOVE);
            Folders.delete(spare);
        } else {
            Files.writeString(own.resolve(ALONE), alone);
            Files.write(own.resolve(NAMES), entries(own));
            Files.move(own, shared, StandardCopyOption.ATOMIC_MOVE);
            Files.move(link, own, StandardCopyOption.ATOMIC_MOVE);
        }
        Optional<String> main = mayComeLast(application, shared.resolve(NAMES));
        if (main.isPresent()) {
            var all = new ArrayList<>(path);
            withoutClassPath(application, unpacked.resolve(APPLICATION));
            all.add(at.toAbsolutePath().resolve(APPLICATION));
            Files.writeString(unpacked.resolve(START), classPath(all) + "\n" + main.get() + "\n");
        }
    }

    /** Deletes the shared libraries that none of these releases has. */
    public static void tidy(Path shelf, List<Path> unpacked) throws IOException {
        if (!Files.isDirectory(shelf)) {
            return;
        }
        var used = new HashSet<Path>();
        for (Path each : unpacked) {
            Path lib = each.resolve(LIB);
            if (Files.exists(lib)) {
                used.add(lib.toRealPath());
            }
        }
        try (Stream<Path> folders = Files.list(shelf.toRealPath())) {
            for (Path folder : folders.toList()) {
                if (!used.contains(folder)) {
                    Folders.delete(folder);
                }
            }
        }
    }

    /**
     * The main class of an application that is the same before and after its libraries: nothing in
     * it is called as something in them is, and it looks at nothing whose order matters.
     */
    private static Optional<String> mayComeLast(Path application, Path names) throws IOException {
        try (var file = new JarFile(application.toFile(), false)) {
            Set<String> own = new HashSet<>();
            for (ZipEntry entry : file.stream().toList()) {
                String name = entry.getName();
                if (entry.isDirectory() || name.equals(MANIFEST)) {
                    continue;
                }
                boolean reads = name.endsWith(".class") && readsManifest(file, entry);
                if (reads || ORDERED.stream().anyMatch(name::startsWith)) {
                    return Optional.empty();
                }
                own.add(name);
            }
            boolean launched = LAUNCHED_ONLY.stream().anyMatch(n -> value(file, n).isPresent());
            try (Stream<String> others = Files.lines(names)) {
                return launched || others.anyMatch(own::contains)
                        ? Optional.empty()
                        : value(file, Attributes.Name.MAIN_CLASS.toString());
            }
        }
    }

    private static boolean readsManifest(JarFile file, ZipEntry entry) throws IOException {
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(MANIFEST);
        }
    }

    private static Optional<String> value(JarFile file, String attribute) {
        try {
            var manifest = file.getManifest();
            return manifest == null
                    ? Optional.empty()
                    : Optional.ofNullable(manifest.getMainAttributes().getValue(attribute));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Its manifest would name all libraries once more, and everything in them would be there twice.
     */
    private static void withoutClassPath(Path application, Path copy) throws IOException {
        try (var file = new JarFile(application.toFile(), false)) {
            var manifest = new Manifest(file.getManifest());
            manifest.getMainAttributes().remove(Attributes.Name.CLASS_PATH);
            try (var out = new JarOutputStream(Files.newOutputStream(copy), manifest)) {
                for (ZipEntry entry : file.stream().toList()) {
                    if (!entry.getName().equals(MANIFEST)) {
                        var same = new ZipEntry(entry.getName());
                        same.setTime(entry.getTime());
                        out.putNextEntry(same);
                        try (InputStream in = file.getInputStream(entry)) {
                            in.transferTo(out);
                        }
                    }
                }
            }
        }
    }

    /** What is in the libraries, by name. */
    private static Set<String> entries(Path folder) throws IOException {
        var names = new HashSet<String>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
                try (var file = new JarFile(each.toFile(), false)) {
                    file.stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(ZipEntry::getName)
                            .forEach(names::add);
                }
            }
        }
        return names;
    }

    /** By the checksums that the jar has of the libraries inside it. */
    private static String digest(Path jar, List<String> names) throws IOException {
        try (var file = new JarFile(jar.toFile(), false)) {
            String folder = value(file, "Spring-Boot-Lib").orElse("");
            var parts = new ArrayList<String>();
            for (String name : names) {
                ZipEntry entry = file.getEntry(folder + name);
                if (entry == null) {
                    throw new IOException(jar + " has no " + folder + name);
                }
                parts.add(name + " " + entry.getSize() + " " + entry.getCrc());
            }
            return AotCache.digest(parts);
        }
    }

    /** For a file of arguments, where a backslash escapes what follows. */
    private static String classPath(List<Path> path) {
        String joined = String.join(":", path.stream().map(Path::toString).toList());
        return "-cp \"" + joined.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
