package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.gateway.path.RequestPath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A folder whose files the gateway answers, and which part of the paths it has. Immutable. */
public final class ServedFolder {
    private final String prefix;
    private final byte[] prefixOctets;
    private final Path root;
    private final String cacheControl;
    private final boolean fallThrough;

    /**
     * @throws IllegalArgumentException naming the folder and what is wrong with it
     */
    public ServedFolder(StaticFolder folder) {
        RequestPath path = new RequestPath();
        path.read(folder.path());
        prefix = path.toString();
        if (!folder.path().startsWith("/") || !prefix.endsWith("/") || path.odd()) {
            throw new IllegalArgumentException(
                    "folder path '"
                            + folder.path()
                            + "' is not a plain path that begins and ends with '/'. Write /assets/");
        }
        prefixOctets = prefix.getBytes(UTF_8);
        try {
            root = Path.of(folder.folder());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "folder '" + folder.folder() + "' is not a path: " + e.getReason() + '.', e);
        }
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException(
                    "folder '" + folder.folder() + "' is not absolute. Begin it with '/'.");
        }
        long seconds = folder.cache().toSeconds();
        cacheControl = seconds <= 0 ? "no-cache" : "max-age=" + seconds;
        fallThrough = folder.fallThrough();
    }

    /** Whether the path lies in it, by its first reading; or is the folder without its slash. */
    public boolean matches(RequestPath path) {
        return path.startsWith(prefixOctets, prefixOctets.length)
                || (path.length() == prefixOctets.length - 1
                        && path.startsWith(prefixOctets, prefixOctets.length - 1));
    }

    boolean isWithoutSlash(RequestPath path) {
        return path.length() < prefixOctets.length;
    }

    /** Whether a file that is not there is asked of an instance. */
    public boolean fallThrough() {
        return fallThrough;
    }

    Path root() {
        return root;
    }

    String cacheControl() {
        return cacheControl;
    }

    String prefix() {
        return prefix;
    }

    /**
     * The name of the file below the folder, empty if it must not be looked for. A path with more
     * than one reading is refused, and so are names that are hidden, that another system takes for
     * more than a name, and that are not UTF-8.
     */
    Optional<String> relative(RequestPath path) {
        if (path.odd()) {
            return Optional.empty();
        }
        if (isWithoutSlash(path)) {
            return Optional.of("");
        }
        try {
            String name =
                    UTF_8.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(path.below(prefixOctets.length)))
                            .toString();
            return isSafe(name) ? Optional.of(name) : Optional.empty();
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    private static boolean isSafe(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            // ':' is a drive or a stream of a file, '\' a slash, on Windows.
            if (Character.isISOControl(c) || c == ':' || c == '\\') {
                return false;
            }
            if (c == '.' && (i == 0 || name.charAt(i - 1) == '/') && isHidden(name, i)) {
                return false;
            }
        }
        return !name.startsWith("/");
    }

    /** RFC 8615 keeps one name that begins with a dot for what everybody may see. */
    static boolean isHidden(String path, int dot) {
        int slash = path.indexOf('/', dot);
        String name = slash < 0 ? path.substring(dot) : path.substring(dot, slash);
        return !name.equals(".well-known");
    }
}
