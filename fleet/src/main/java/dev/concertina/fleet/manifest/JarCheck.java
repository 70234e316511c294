package dev.concertina.fleet.manifest;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;

/** Whether a file is a jar that {@code java -jar} can run, and since which Java. */
public sealed interface JarCheck {
    /**
     * @param feature the Java release its classes were compiled for, such as 25
     */
    record Startable(int feature) implements JarCheck {}

    /** The message continues a sentence that began with the jar's path. */
    record Wrong(String message, String next) implements JarCheck {}

    /** Reads the jar's directory, its manifest, and the first bytes of its main class. */
    static JarCheck of(Path jar) {
        if (!Files.exists(jar)) {
            return new Wrong("does not exist.", "Build it first, or correct the path.");
        }
        if (Files.isDirectory(jar)) {
            return new Wrong("is a folder.", "Name the jar inside it.");
        }
        try (var file = new JarFile(jar.toFile(), false)) {
            var main = mainAttribute(file, Attributes.Name.MAIN_CLASS);
            if (main.isEmpty()) {
                return new Wrong(
                        "has no Main-Class in its manifest, so java -jar cannot run it.",
                        "Build a runnable jar: for Spring Boot with the goal spring-boot:repackage.");
            }
            int feature = release(file, main.get());
            // Spring Boot's loader is older than the application that it starts.
            var start = mainAttribute(file, new Attributes.Name("Start-Class"));
            var classes =
                    mainAttribute(file, new Attributes.Name("Spring-Boot-Classes")).orElse("");
            if (start.isPresent()) {
                feature = Math.max(feature, release(file, classes + start.get()));
            }
            return new Startable(feature);
        } catch (ZipException e) {
            return new Wrong("is not a jar: " + e.getMessage() + ".", "Build it again.");
        } catch (IOException e) {
            return new Wrong("cannot be read: " + e.getMessage() + ".", "Make it readable.");
        }
    }

    private static Optional<String> mainAttribute(JarFile jar, Attributes.Name name)
            throws IOException {
        var manifest = jar.getManifest();
        return manifest == null
                ? Optional.empty()
                : Optional.ofNullable(manifest.getMainAttributes().getValue(name));
    }

    /** 0 if the class is elsewhere, such as in a jar inside. */
    private static int release(JarFile jar, String className) throws IOException {
        ZipEntry entry = jar.getEntry(className.replace('.', '/') + ".class");
        if (entry == null) {
            return 0;
        }
        try (var in = new DataInputStream(jar.getInputStream(entry))) {
            // JVMS 4.1: magic, minor_version, major_version; major 69 is Java 25.
            return in.readInt() == 0xCAFEBABE && in.readUnsignedShort() >= 0
                    ? in.readUnsignedShort() - 44
                    : 0;
        }
    }
}
