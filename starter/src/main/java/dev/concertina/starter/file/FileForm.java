package dev.concertina.starter.file;

import dev.concertina.starter.file.FileRefused.Reason;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A form with files (multipart/form-data, RFC 7578) read as it arrives, field by field, without a
 * copy on disk or in memory. Each field is read before the next. Nobody may have read the body
 * before: name the path in {@code concertina.file.forms}.
 */
public final class FileForm {
    private static final int HEAD_MAX = 16 * 1024;
    private static final int FIELDS_MAX = 1000;
    private static final int TEXT_MAX = 64 * 1024;
    private static final Pattern BOUNDARY =
            Pattern.compile(
                    "boundary=(?:\"([^\"]{1,70})\"|([^\\s;]{1,70}))", Pattern.CASE_INSENSITIVE);

    private final MultipartStream stream;
    private int fields;

    private FileForm(MultipartStream stream) {
        this.stream = stream;
    }

    /**
     * @throws FileRefused if the request is no such form
     */
    public static FileForm of(HttpServletRequest request) throws IOException {
        var type = String.valueOf(request.getContentType());
        var boundary = BOUNDARY.matcher(type);
        if (!type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data") || !boundary.find()) {
            throw new FileRefused(
                    Reason.WRONG_TYPE, "The request is no multipart/form-data with a boundary.");
        }
        var text = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
        return new FileForm(new MultipartStream(request.getInputStream(), text));
    }

    /** One field of the form. */
    public static final class Field {
        private final Map<String, String> head;
        private final InputStream content;

        private Field(Map<String, String> head, InputStream content) {
            this.head = head;
            this.content = content;
        }

        public String name() {
            return parameter("name").orElse("");
        }

        /** Present when this is a file, also when nobody chose one: then it is empty. */
        public Optional<String> fileName() {
            return parameter("filename");
        }

        private Optional<String> parameter(String name) {
            var found =
                    Pattern.compile("[;\\s]" + name + "=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]+))")
                            .matcher(head.getOrDefault("content-disposition", ""));
            return found.find()
                    ? Optional.of(
                            found.group(1) == null
                                    ? found.group(2)
                                    : found.group(1).replace("\\\"", "\"").replace("%22", "\""))
                    : Optional.empty();
        }

        /** To be read before the next field is asked for. */
        public InputStream content() {
            return content;
        }

        /**
         * A field that is no file.
         *
         * @throws FileRefused if it is longer than 64 KiB
         */
        public String text() throws IOException {
            var bytes = content.readNBytes(TEXT_MAX + 1);
            if (bytes.length > TEXT_MAX) {
                throw new FileRefused(
                        Reason.TOO_LARGE, "The field '" + name() + "' has more than 64 KiB.");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** What this field says of its file. */
        public Upload upload() {
            return new Upload(
                    fileName().orElse(name()),
                    head.getOrDefault("content-type", Upload.UNKNOWN),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }
    }

    /**
     * The next field; what was left of the one before is passed over.
     *
     * @return empty at the end of the form
     * @throws FileRefused if the form is cut short or otherwise none
     */
    public Optional<Field> next() throws IOException {
        if (!stream.nextPart()) {
            return Optional.empty();
        }
        if (++fields > FIELDS_MAX) {
            throw new FileRefused(Reason.DAMAGED, "The form has more than 1000 fields.");
        }
        return Optional.of(new Field(head(), stream.part()));
    }

    private Map<String, String> head() throws IOException {
        var head = new HashMap<String, String>();
        int left = HEAD_MAX;
        for (var line = stream.line(left); !line.isEmpty(); line = stream.line(left)) {
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon > 0) {
                head.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return head;
    }
}
