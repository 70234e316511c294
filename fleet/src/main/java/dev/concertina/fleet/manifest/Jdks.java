package dev.concertina.fleet.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/** The JDKs of this machine, read from their {@code release} files; no program is started. */
public final class Jdks {
    private static final Pattern FEATURE = Pattern.compile("\"?(?:1\\.)?(\\d+).*");

    private Jdks() {}

    /**
     * One {@code java} program.
     *
     * @param feature its release, such as 25; 0 if that cannot be told
     */
    public record Jdk(Path java, int feature) {}

    /** Newest first; JAVA_HOME and PATH before the usual folders among equals. */
    public static List<Jdk> found(Map<String, String> environment) {
        Set<Path> homes = new LinkedHashSet<>();
        if (environment.containsKey("JAVA_HOME")) {
            homes.add(Path.of(environment.getOrDefault("JAVA_HOME", "")));
        }
        Executables.find("java", Path.of("."), environment)
                .ifPresent(java -> homes.add(home(java)));
        homes.add(Path.of(System.getProperty("java.home")));
        for (String folder :
                List.of(
                        "/usr/lib/jvm",
                        "/opt",
                        "/Library/Java/JavaVirtualMachines",
                        System.getProperty("user.home") + "/.sdkman/candidates/java",
                        System.getProperty("user.home") + "/.jdks")) {
            homes.addAll(folders(Path.of(folder)));
        }
        var jdks = new ArrayList<Jdk>();
        var seen = new LinkedHashSet<Path>();
        for (Path home : homes) {
            var java = home.resolve("bin/java");
            if (Files.isExecutable(java) && seen.add(real(home))) {
                jdks.add(at(java));
            }
        }
        jdks.removeIf(jdk -> jdk.feature() == 0);
        jdks.sort(Comparator.comparingInt(Jdk::feature).reversed());
        return List.copyOf(jdks);
    }

    /** The JDK that a {@code java} program belongs to. */
    public static Jdk at(Path java) {
        return new Jdk(java, feature(home(java)));
    }

    private static Path home(Path java) {
        var bin = real(java).getParent();
        return bin == null || bin.getParent() == null ? java : bin.getParent();
    }

    private static int feature(Path home) {
        var release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            return 0;
        }
        var version = FEATURE.matcher(release.getProperty("JAVA_VERSION", ""));
        return version.matches() ? Integer.parseInt(version.group(1)) : 0;
    }

    private static List<Path> folders(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var children = Files.list(directory)) {
            return children.flatMap(
                            child -> List.of(child, child.resolve("Contents/Home")).stream())
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath();
        }
    }
}
