package dev.concertina.starter.file;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the first bytes of a file say it is, for the types that say so. */
final class Magic {
    /** How many bytes are looked at. */
    static final int LENGTH = 512;

    /**
     * @param octets one character each
     */
    private record Mark(String type, int offset, String octets) {
        static Mark hex(String type, int offset, String hex) {
            return text(
                    type,
                    offset,
                    new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1));
        }

        static Mark text(String type, int offset, String octets) {
            return new Mark(type, offset, octets);
        }

        boolean matches(byte[] head, int count) {
            return count >= offset + octets.length()
                    && octets.equals(
                            new String(head, offset, octets.length(), StandardCharsets.ISO_8859_1));
        }
    }

    private static final List<Mark> MARKS =
            List.of(
                    Mark.hex("image/png", 0, "89504e470d0a1a0a"),
                    Mark.hex("image/jpeg", 0, "ffd8ff"),
                    Mark.text("image/gif", 0, "GIF87a"),
                    Mark.text("image/gif", 0, "GIF89a"),
                    Mark.text("image/webp", 8, "WEBP"),
                    Mark.hex("image/tiff", 0, "49492a00"),
                    Mark.hex("image/tiff", 0, "4d4d002a"),
                    Mark.text("application/pdf", 0, "%PDF-"),
                    Mark.hex("application/zip", 0, "504b0304"),
                    Mark.hex("application/zip", 0, "504b0506"),
                    Mark.hex("application/gzip", 0, "1f8b08"),
                    Mark.hex("application/x-7z-compressed", 0, "377abcaf271c"),
                    Mark.text("application/vnd.rar", 0, "Rar!\u001a\u0007"),
                    Mark.hex("application/x-xz", 0, "fd377a585a00"),
                    Mark.text("video/mp4", 4, "ftyp"),
                    Mark.hex("video/webm", 0, "1a45dfa3"),
                    Mark.text("audio/ogg", 0, "OggS"),
                    Mark.text("audio/flac", 0, "fLaC"),
                    Mark.text("application/vnd.microsoft.portable-executable", 0, "MZ"),
                    Mark.hex("application/x-executable", 0, "7f454c46"),
                    Mark.hex("application/java-vm", 0, "cafebabe"),
                    Mark.text("text/x-shellscript", 0, "#!"));

    /** Types that share a container with the one their first bytes name. */
    private static final Map<String, List<String>> SAME =
            Map.of(
                    "application/zip",
                    List.of(
                            "application/vnd.openxmlformats-",
                            "application/vnd.oasis.opendocument.",
                            "application/vnd.ms-",
                            "application/java-archive",
                            "application/epub+zip",
                            "application/x-zip-compressed",
                            "application/vnd.android.package-archive"),
                    "video/mp4",
                    List.of("video/", "audio/mp4", "audio/x-m4a", "image/heic", "image/avif"),
                    "video/webm",
                    List.of("audio/webm", "video/x-matroska", "audio/x-matroska"),
                    "audio/ogg",
                    List.of("video/ogg", "application/ogg"),
                    "application/gzip",
                    List.of("application/x-gzip", "application/x-tar", "application/x-compressed"),
                    "text/html",
                    List.of("text/plain", "application/xhtml+xml"),
                    "text/x-shellscript",
                    List.of("text/"));

    /** What does something when it is opened. */
    private static final Set<String> ACTIVE =
            Set.of(
                    "application/vnd.microsoft.portable-executable",
                    "application/x-executable",
                    "application/java-vm",
                    "text/html",
                    "image/svg+xml");

    private static final List<String> PAGES = List.of("<!doctype html", "<html", "<script", "<svg");

    private Magic() {}

    static Optional<String> of(byte[] head, int count) {
        return MARKS.stream()
                .filter(mark -> mark.matches(head, count))
                .map(Mark::type)
                .findFirst()
                .or(() -> page(head, count));
    }

    private static Optional<String> page(byte[] head, int count) {
        var text = new String(head, 0, Math.min(count, LENGTH), StandardCharsets.UTF_8);
        var begin = text.replaceFirst("^\uFEFF", "").stripLeading().toLowerCase(Locale.ROOT);
        boolean vector = begin.startsWith("<svg") || begin.contains("<svg ");
        if (begin.startsWith("<?xml") || begin.startsWith("<!--")) {
            return vector ? Optional.of("image/svg+xml") : Optional.empty();
        }
        return PAGES.stream()
                .filter(begin::startsWith)
                .map(start -> start.equals("<svg") ? "image/svg+xml" : "text/html")
                .findFirst();
    }

    /** Whether content that begins like this may be declared as the other type. */
    static boolean agrees(String declared, Optional<String> found) {
        boolean marked = MARKS.stream().anyMatch(mark -> mark.type().equals(declared));
        if (found.isEmpty()) {
            return !marked;
        }
        var type = found.get();
        if (type.equals(declared) || declared.equals(Upload.UNKNOWN) || isKin(type, declared)) {
            return true;
        }
        // A format of the application's own may well be a zip, but not a program or a page.
        return !marked && declared.startsWith("application/") && !ACTIVE.contains(type);
    }

    private static boolean isKin(String type, String declared) {
        return SAME.getOrDefault(type, List.of()).stream().anyMatch(declared::startsWith);
    }
}
