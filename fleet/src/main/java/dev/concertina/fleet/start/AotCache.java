package dev.concertina.fleet.start;

import dev.concertina.fleet.manifest.Jdks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The AOT cache (JEP 483, 514, 515) of a release: classes as the JVM wants them, loaded and linked
 * already. Its name says what it is good for: another JDK, or other options, look for another file.
 * It appears whole or not at all.
 *
 * @param file may not be there
 */
public record AotCache(Path file) implements Archive {
    private static final int JDK_MIN = 25;
    private static final String SUFFIX = ".aot";
    private static final int NAME_CHARACTERS = 16;

    /** Options by which somebody archives classes his own way. */
    private static final List<String> OWN_WAY =
            List.of("-XX:AOT", "-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit", "-Xshare");

    /** Environment variables that hold options for every JVM. */
    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /**
     * @param folder of the release
     * @param java the program that starts it
     * @param options for the JVM
     * @param environment in which it is started
     */
    public static AotCache of(
            Path folder, Path java, List<String> options, Map<String, String> environment) {
        return new AotCache(folder.resolve(key(folder, java, options, environment) + SUFFIX));
    }

    /** Names whatever holds for one JDK, one set of options and one place. */
    static String key(
            Path folder, Path java, List<String> options, Map<String, String> environment) {
        var parts = new ArrayList<String>();
        parts.add(jdk(java));
        parts.add(folder.toAbsolutePath().toString());
        parts.addAll(options);
        VARIABLES.forEach(name -> parts.add(name + "=" + environment.getOrDefault(name, "")));
        return digest(parts);
    }

    /** Whether this JVM can make one, and nobody has his own way. */
    public static boolean applies(
            Path java, List<String> options, Map<String, String> environment) {
        return Jdks.at(java).feature() >= JDK_MIN
                && Stream.concat(
                                options.stream(),
                                VARIABLES.stream()
                                        .map(name -> environment.getOrDefault(name, ""))
                                        .flatMap(text -> Arrays.stream(text.split("\\s+"))))
                        .noneMatch(option -> OWN_WAY.stream().anyMatch(option::startsWith));
    }

    @Override
    public String gain() {
        return "starts from an AOT cache from now on";
    }

    @Override
    public String name() {
        return "AOT cache";
    }

    /** One that does not fit is not used by the JVM, and costs nothing. */
    @Override
    public List<String> command(List<String> plain) {
        return PlainCommand.of(plain).with(List.of("-XX:AOTCache=" + file.toAbsolutePath()));
    }

    @Override
    public List<Stage> stages(List<String> plain, Path draft) {
        var command = PlainCommand.of(plain);
        return List.of(
                Stage.making(command.with(List.of("-XX:AOTCacheOutput=" + draft, Training.END))),
                // The same JVM must be able to use it: an agent, for one, keeps it from doing so.
                Stage.trying(
                        command.with(
                                List.of("-XX:AOTCache=" + draft, "-XX:AOTMode=on"),
                                List.of("-cp", command.jar()),
                                List.of("-version"))));
    }

    /** The JDK by its own description, and where it is. */
    private static String jdk(Path java) {
        try {
            Path real = java.toRealPath();
            Path bin = real.getParent();
            Path home = bin == null ? null : bin.getParent();
            Path release = home == null ? real : home.resolve("release");
            return real + "\n" + Files.readString(release);
        } catch (IOException e) {
            return java.toString();
        }
    }

    /** A short name for all of these together. */
    static String digest(List<String> parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                sha.update(part.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha.digest()).substring(0, NAME_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
