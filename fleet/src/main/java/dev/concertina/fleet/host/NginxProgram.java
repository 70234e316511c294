package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The nginx of this machine.
 *
 * @param version such as 1022001 for 1.22.1, so that versions compare as numbers
 */
public record NginxProgram(Path path, int version) {
    /** The first with everything that is rendered: keep-alive timeouts upstream, random two. */
    public static final int OLDEST = 1_018_000;

    /** Beside the PATH: Debian keeps it where only root's PATH leads. */
    private static final List<String> USUAL =
            List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin", "/opt/nginx/sbin");

    private static final Pattern VERSION =
            Pattern.compile("nginx version: [^/\\s]+/(\\d+)\\.(\\d+)\\.(\\d+)");

    /** The first on the PATH that says its version; empty if there is none. */
    public static Optional<NginxProgram> find(Map<String, String> environment) {
        List<String> folders =
                new ArrayList<>(Arrays.asList(environment.getOrDefault("PATH", "").split(":")));
        folders.addAll(USUAL);
        return folders.stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .flatMap(path -> version(path).stream().map(v -> new NginxProgram(path, v)))
                .findFirst();
    }

    private static Optional<Integer> version(Path path) {
        return said(path, "-v")
                .map(VERSION::matcher)
                .filter(Matcher::find)
                .map(NginxProgram::number);
    }

    private static Optional<String> said(Path path, String option) {
        try {
            Process process =
                    new ProcessBuilder(path.toString(), option).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return Optional.of(said);
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * Whether it was built without a module that is in every nginx unless left out, such as {@code
     * http_split_clients_module} in Debian 11's nginx-light.
     */
    public boolean without(String module) {
        return said(path, "-V").filter(said -> said.contains("--without-" + module)).isPresent();
    }

    private static int number(Matcher m) {
        return Integer.parseInt(m.group(1)) * 1_000_000
                + Integer.parseInt(m.group(2)) * 1000
                + Integer.parseInt(m.group(3));
    }

    /** As nginx writes it. */
    public String versionText() {
        return version / 1_000_000 + "." + version / 1000 % 1000 + "." + version % 1000;
    }
}
