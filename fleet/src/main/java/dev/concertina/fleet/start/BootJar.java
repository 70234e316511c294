package dev.concertina.fleet.start;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarFile;

/**
 * A jar that Spring Boot made, as far as its start is concerned.
 *
 * @param unpackable it can unpack itself ({@code -Djarmode=tools}, Spring Boot 3.3 and later), and
 *     means the same when it has
 */
public record BootJar(boolean unpackable) {
    private static final String TOOLS = "spring-boot-jarmode-tools";

    // Another launcher, such as the one for properties, looks for classes where its options say.
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

    /** Empty if the jar is of another kind, or cannot be read. */
    public static Optional<BootJar> of(Path jar) {
        try (var file = new JarFile(jar.toFile(), false)) {
            var manifest = file.getManifest();
            if (manifest == null
                    || manifest.getMainAttributes().getValue("Spring-Boot-Version") == null) {
                return Optional.empty();
            }
            String libraries = manifest.getMainAttributes().getValue("Spring-Boot-Lib");
            boolean tools =
                    libraries != null
                            && file.stream()
                                    .anyMatch(e -> e.getName().startsWith(libraries + TOOLS));
            String main = manifest.getMainAttributes().getValue("Main-Class");
            return Optional.of(new BootJar(tools && LAUNCHER.equals(main)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
