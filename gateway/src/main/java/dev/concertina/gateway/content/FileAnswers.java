package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concertina.gateway.content.FileAnswer.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what was found, as HTTP does. */
final class FileAnswers {
    private static final String UNRESERVED = "-._~!$&'()*+,=@/";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private FileAnswers() {}

    static FileAnswer of(OpenFile file, ServedFolder folder, FileRequest request) {
        FileFacts facts = file.facts();
        Selection selection = Selection.of(request, facts);
        List<Field> fields = new ArrayList<>();
        switch (selection.status()) {
            case 200, 206 -> {
                fields.add(new Field("Content-Type", facts.type()));
                fields.add(new Field("Content-Length", Long.toString(selection.length())));
                facts.coding()
                        .ifPresent(coding ->
                                fields.add(new Field("Content-Encoding", coding.token())));
                fields.add(new Field("Accept-Ranges", "bytes"));
                addValidators(fields, facts, folder);
            }
            case 304 -> addValidators(fields, facts, folder);
            default -> fields.add(new Field("Content-Length", "0"));
        }
        range(selection, facts).ifPresent(range -> fields.add(new Field("Content-Range", range)));
        boolean body = selection.status() == 200 || selection.status() == 206;
        return new FileAnswer(
                selection.status(),
                fields,
                body && !request.head() ? file.body(selection) : Optional.empty());
    }

    private static void addValidators(List<Field> fields, FileFacts facts, ServedFolder folder) {
        fields.add(new Field("ETag", facts.etag()));
        fields.add(new Field("Last-Modified", HttpDate.format(facts.modified())));
        fields.add(new Field("Cache-Control", folder.cacheControl()));
        if (facts.varies()) {
            fields.add(new Field("Vary", "Accept-Encoding"));
        }
    }

    /** RFC 9110 section 14.4. */
    private static Optional<String> range(Selection selection, FileFacts facts) {
        return switch (selection.status()) {
            case 206 ->
                    Optional.of(
                            "bytes "
                                    + selection.first()
                                    + "-"
                                    + (selection.first() + selection.length() - 1)
                                    + "/"
                                    + facts.size());
            case 416 -> Optional.of("bytes */" + facts.size());
            default -> Optional.empty();
        };
    }

    /** To the folder's own path, so that relative links in its page work. */
    static FileAnswer toFolder(ServedFolder folder, String name, FileRequest request) {
        String below = name.isEmpty() ? "" : name + "/";
        String query = request.query() == null ? "" : "?" + request.query();
        return new FileAnswer(
                308,
                List.of(
                        new Field("Location", encoded(folder.prefix() + below) + query),
                        new Field("Content-Length", "0")),
                Optional.empty());
    }

    /** RFC 3986 section 2.1, as UTF-8. */
    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : path.getBytes(UTF_8)) {
            char c = (char) (octet & 0xFF);
            boolean plain =
                    (c >= '0' && c <= '9')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || UNRESERVED.indexOf(c) >= 0;
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return encoded.toString();
    }
}
