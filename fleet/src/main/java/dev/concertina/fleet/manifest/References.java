package dev.concertina.fleet.manifest;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks up what a value refers to, at the moment an instance is launched: {@code ${env:X}} is a
 * variable of the fleet process, {@code ${file:X}} the content of a file without the line break at
 * its end, {@code ${secret:X}} 32 random bytes in base64url, generated at first use and kept.
 */
public final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file|secret):([^}]*)}");
    private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path secrets;
    private final Map<String, String> environment;

    /**
     * @param stateDirectory secrets are kept in its folder {@code secrets}, readable by the owner
     */
    public References(Path stateDirectory, Map<String, String> environment) {
        this.secrets = stateDirectory.resolve("secrets");
        this.environment = Map.copyOf(environment);
    }

    /** Nothing can be launched with this value; the message says why and what to do. */
    public static final class UnresolvedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnresolvedException(String message) {
            super(message);
        }
    }

    /**
     * The value with every reference replaced.
     *
     * @throws UnresolvedException if a variable is not set or a file cannot be read
     */
    public String resolve(String value) {
        return replace(
                value,
                m -> {
                    return switch (m.group(1)) {
                        case "env" -> variable(m.group(2));
                        case "file" -> file(m.group(2));
                        default -> secret(m.group(2));
                    };
                });
    }

    /** What would keep {@link #resolve} from succeeding; generates nothing. */
    public Optional<String> missing(String value) {
        try {
            replace(
                    value,
                    m -> {
                        switch (m.group(1)) {
                            case "env" -> variable(m.group(2));
                            case "file" -> file(m.group(2));
                            default -> {}
                        }
                        return "";
                    });
            return Optional.empty();
        } catch (UnresolvedException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** True if printing the value tells nobody anything. */
    public static boolean isReference(String value) {
        return REFERENCE.matcher(value).matches();
    }

    private static String replace(String value, Function<Matcher, String> by) {
        var m = REFERENCE.matcher(value);
        var out = new StringBuilder();
        while (m.find()) {
            m.appendReplacement(out, Matcher.quoteReplacement(by.apply(m)));
        }
        return m.appendTail(out).toString();
    }

    private String variable(String name) {
        var value = environment.get(name);
        if (value == null) {
            throw new UnresolvedException(
                    "refers to the environment variable "
                            + name
                            + ", which is not set. Set it before 'concertina up': export "
                            + name
                            + "=…");
        }
        return value;
    }

    private static String file(String path) {
        try {
            return Files.readString(Path.of(path)).stripTrailing();
        } catch (IOException e) {
            throw new UnresolvedException(
                    "refers to the file "
                            + path
                            + ", which cannot be read. Write it, or correct the path.");
        }
    }

    private String secret(String name) {
        var file = secrets.resolve(name);
        try {
            if (!Files.exists(file)) {
                generate(file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UnresolvedException(
                    "refers to a secret that cannot be kept in "
                            + file
                            + " ("
                            + e.getMessage()
                            + "). Make the folder writable.");
        }
    }

    private static void generate(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh =
                Files.createTempFile(
                        file.getParent(), file.getFileName().toString(), ".new", onlyOwner);
        try {
            Files.writeString(fresh, text);
            // A link, not a move: of two processes that generate at once, the second keeps the
            // first's.
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // The other one was first.
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Complains about malformed references; paths come back absolute. */
    static String check(ReadContext context, String key, String value) {
        var place = context.places().getOrDefault(key, Place.nowhereIn(""));
        return replace(
                value,
                m -> {
                    var name = m.group(2);
                    if (name.isBlank()) {
                        context.problem(
                                place,
                                key,
                                value,
                                key + " '" + m.group() + "' names nothing.",
                                "Write ${" + m.group(1) + ":NAME}.");
                    } else if (m.group(1).equals("secret")
                            && !SECRET_NAME.matcher(name).matches()) {
                        context.problem(
                                place,
                                key,
                                value,
                                key + " '" + m.group() + "' is not a secret's name.",
                                "Use letters, digits, '.', '-' and '_'.");
                    }
                    return m.group(1).equals("file")
                            ? "${file:" + context.resolve(name) + "}"
                            : m.group();
                });
    }
}
