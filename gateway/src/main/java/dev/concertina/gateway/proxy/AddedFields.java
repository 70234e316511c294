package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.http1.ResponseHead;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Fields that every response gets that has none of their name, such as HSTS. Immutable. */
final class AddedFields {
    static final int COUNT_MAX = 40;
    static final int SIZE_MAX = 6 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "upgrade", "trailer");

    private final Map<String, String> fields;
    private final byte[][] names;
    private final byte[][] lines;

    /**
     * @throws IllegalArgumentException naming a field that cannot be sent
     */
    AddedFields(Map<String, String> policy) {
        fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        policy.forEach(this::put);
        names = new byte[fields.size()][];
        lines = new byte[fields.size()][];
        int at = 0;
        int size = 0;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            names[at] = field.getKey().toLowerCase(Locale.ROOT).getBytes(ISO_8859_1);
            lines[at] = (field.getKey() + ": " + field.getValue() + "\r\n").getBytes(ISO_8859_1);
            size += lines[at++].length;
        }
        if (lines.length > COUNT_MAX || size > SIZE_MAX) {
            throw new IllegalArgumentException(
                    "headers are "
                            + lines.length
                            + " fields of "
                            + size
                            + " octets. Use at most "
                            + COUNT_MAX
                            + " of "
                            + SIZE_MAX
                            + " octets together.");
        }
    }

    private void put(String name, String value) {
        if (!NAME.matcher(name).matches() || FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "headers name '" + name + "', which no policy can set. Remove it.");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "header '" + name + "' has a value with control characters. Remove them.");
        }
        fields.put(name, value.strip());
    }

    void addTo(ResponseHead head) {
        for (int i = 0; i < names.length; i++) {
            if (!head.has(names[i])) {
                head.add(lines[i], names[i].length);
            }
        }
    }

    Answer addTo(Answer answer) {
        if (lines.length == 0) {
            return answer;
        }
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(fields);
        all.remove("content-type");
        all.putAll(answer.fields());
        return new Answer(answer.status(), all, answer.type(), answer.body());
    }
}
