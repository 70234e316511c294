package dev.concertina.starter.file;

import dev.concertina.starter.file.FileRefused.Reason;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** Which files are wanted. */
record FileLimits(DataSize sizeMax, List<String> types) {

    /** Before a byte is read. */
    void before(Upload upload) {
        if (upload.size().isPresent() && upload.size().getAsLong() > most(upload)) {
            throw tooLarge(upload);
        }
        if (!upload.type().equals(Upload.UNKNOWN)) {
            allowed(upload, upload.type());
        }
    }

    /** How many bytes it may have. */
    long most(Upload upload) {
        return Math.min(
                sizeMax.toBytes(), upload.sizeMax().map(DataSize::toBytes).orElse(Long.MAX_VALUE));
    }

    FileRefused tooLarge(Upload upload) {
        return new FileRefused(
                Reason.TOO_LARGE,
                "'"
                        + upload.name()
                        + "' has more than "
                        + most(upload)
                        + " bytes, which is the most"
                        + (most(upload) < sizeMax.toBytes()
                                ? " here."
                                : " (concertina.file.size-max)."));
    }

    /**
     * When it begins to be read.
     *
     * @return its type: the declared one, else what the content shows
     */
    String type(Upload upload, byte[] head, int count) {
        var found = Magic.of(head, count);
        // Nothing can be told from nothing.
        if (count > 0 && !Magic.agrees(upload.type(), found)) {
            throw new FileRefused(
                    Reason.WRONG_TYPE,
                    "'"
                            + upload.name()
                            + "' is declared as "
                            + upload.type()
                            + ", but its content is "
                            + found.orElse("something else")
                            + ".");
        }
        var type =
                upload.type().equals(Upload.UNKNOWN) ? found.orElse(upload.type()) : upload.type();
        allowed(upload, type);
        return type;
    }

    private void allowed(Upload upload, String type) {
        if (!isIn(types, type) || !isIn(upload.types(), type)) {
            var wanted = upload.types().isEmpty() ? types : upload.types();
            throw new FileRefused(
                    Reason.WRONG_TYPE,
                    "'"
                            + upload.name()
                            + "' is "
                            + type
                            + "; wanted is "
                            + String.join(", ", wanted)
                            + (upload.types().isEmpty() ? " (concertina.file.types)." : "."));
        }
    }

    private static boolean isIn(List<String> wanted, String type) {
        return wanted.isEmpty() || wanted.stream().anyMatch(pattern -> matches(pattern, type));
    }

    private static boolean matches(String pattern, String type) {
        return pattern.endsWith("/*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(type);
    }

    /** Whether what arrived is what was announced. */
    static void after(Upload upload, long size, String sha256) {
        if (upload.size().isPresent() && upload.size().getAsLong() != size) {
            throw new FileRefused(
                    Reason.DAMAGED,
                    "'"
                            + upload.name()
                            + "' was to have "
                            + upload.size().getAsLong()
                            + " bytes and has "
                            + size
                            + ".");
        }
        var announced = upload.sha256();
        if (announced.isPresent() && !announced.get().equals(sha256)) {
            throw new FileRefused(
                    Reason.DAMAGED,
                    "'"
                            + upload.name()
                            + "' has the SHA-256 "
                            + sha256
                            + ", not the announced one.");
        }
    }
}
