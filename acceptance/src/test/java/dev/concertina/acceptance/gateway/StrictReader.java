package dev.concertina.acceptance.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reading of RFC 9112, written without a look at the gateway's: which requests a stretch
 * of octets holds, when nothing that could be read in two ways is let through. Octets are
 * characters of ISO 8859-1.
 */
final class StrictReader {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String TEXT = "[\\t\\x20-\\x7E\\x80-\\xFF]*";
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7E&&[^#\"<>]]+) HTTP/1\\.([01])");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \\t]*(" + TEXT + "?)[ \\t]*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=:\\[\\]-]+");
    private static final Pattern ABSOLUTE =
            Pattern.compile("https?://([^/?]*)(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CHUNK_LINE =
            Pattern.compile("([0-9A-Fa-f]{1,16})(?:;" + TEXT + ")?");
    private static final long CHUNK_MAX = 1L << 44;
    private static final int HEAD_MAX = 16 * 1024;
    private static final int FIELDS_MAX = 100;

    private final String octets;
    private int at;

    private StrictReader(String octets) {
        this.octets = octets;
    }

    /** A request; the target without scheme and authority. */
    record Message(String method, String target, String body, boolean closes) {}

    /** What follows the last whole request. */
    enum End {
        NOTHING,
        CLOSED,
        INCOMPLETE,
        MALFORMED
    }

    record Reading(List<Message> messages, End end, String reason) {}

    private static final class Incomplete extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Incomplete() {
            super("incomplete", null, false, false);
        }
    }

    private static final class Rejected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Rejected(String reason) {
            super(reason, null, false, false);
        }
    }

    static Reading read(String octets) {
        StrictReader reader = new StrictReader(octets);
        List<Message> messages = new ArrayList<>();
        try {
            while (reader.at < octets.length()) {
                Message message = reader.message();
                messages.add(message);
                if (message.closes) {
                    return new Reading(messages, End.CLOSED, "");
                }
            }
            return new Reading(messages, End.NOTHING, "");
        } catch (Incomplete more) {
            return new Reading(messages, End.INCOMPLETE, "");
        } catch (Rejected rejected) {
            return new Reading(messages, End.MALFORMED, String.valueOf(rejected.getMessage()));
        }
    }

    private Message message() {
        if (octets.startsWith("\r\n", at)) {
            at += 2;
        }
        int start = at;
        Matcher request = matched(REQUEST_LINE, "request line");
        String method = request.group(1);
        if (method.length() > 24) {
            throw new Rejected("method length");
        }
        boolean minor0 = request.group(3).equals("0");
        List<Matcher> fields = fields();
        if (at - start > HEAD_MAX || fields.size() > FIELDS_MAX) {
            throw new Rejected("head size");
        }
        checkHost(fields, minor0);
        String target = target(method, request.group(2));
        Optional<String> length = one(fields, "content-length");
        Optional<String> coding = one(fields, "transfer-encoding");
        String body = body(length, coding, minor0);
        return new Message(method, target, body, closes(fields, minor0));
    }

    private String line() {
        int end = octets.indexOf("\r\n", at);
        if (end < 0) {
            throw new Incomplete();
        }
        String line = octets.substring(at, end);
        at = end + 2;
        return line;
    }

    private Matcher matched(Pattern pattern, String what) {
        Matcher matcher = pattern.matcher(line());
        if (!matcher.matches()) {
            throw new Rejected(what);
        }
        return matcher;
    }

    private List<Matcher> fields() {
        List<Matcher> fields = new ArrayList<>();
        while (!octets.startsWith("\r\n", at)) {
            fields.add(matched(FIELD, "field"));
        }
        at += 2;
        return fields;
    }

    private static List<String> all(List<Matcher> fields, String name) {
        return fields.stream()
                .filter(field -> field.group(1).equalsIgnoreCase(name))
                .map(field -> field.group(2))
                .toList();
    }

    private static Optional<String> one(List<Matcher> fields, String name) {
        List<String> values = all(fields, name);
        if (values.size() > 1) {
            throw new Rejected(name + " twice");
        }
        return values.stream().findFirst();
    }

    private static void checkHost(List<Matcher> fields, boolean minor0) {
        Optional<String> host = one(fields, "host");
        if (host.isEmpty() && !minor0) {
            throw new Rejected("no host");
        }
        if (host.isPresent() && !HOST.matcher(host.get()).matches()) {
            throw new Rejected("host");
        }
    }

    private static String target(String method, String target) {
        if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
            return target;
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches()
                || method.equals("CONNECT")
                || !HOST.matcher(absolute.group(1)).matches()) {
            throw new Rejected("target");
        }
        String rest = absolute.group(2);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private String body(Optional<String> length, Optional<String> coding, boolean minor0) {
        if (length.isPresent() && !LENGTH.matcher(length.get()).matches()) {
            throw new Rejected("content-length");
        }
        if (coding.isPresent()) {
            if (!coding.get().equalsIgnoreCase("chunked") || length.isPresent() || minor0) {
                throw new Rejected("transfer-encoding");
            }
            return chunks();
        }
        return length.isPresent() ? exactly(Long.parseLong(length.get())) : "";
    }

    private String exactly(long length) {
        if (length > octets.length() - at) {
            throw new Incomplete();
        }
        String part = octets.substring(at, at + (int) length);
        at += (int) length;
        return part;
    }

    private String chunks() {
        StringBuilder body = new StringBuilder();
        while (true) {
            long size = Long.parseUnsignedLong(matched(CHUNK_LINE, "chunk size").group(1), 16);
            if (size < 0 || size >= CHUNK_MAX) {
                throw new Rejected("chunk size");
            }
            if (size == 0) {
                fields();
                return body.toString();
            }
            body.append(exactly(size));
            if (!exactly(2).equals("\r\n")) {
                throw new Rejected("end of chunk");
            }
        }
    }

    private static boolean closes(List<Matcher> fields, boolean minor0) {
        List<String> options = new ArrayList<>();
        for (String value : all(fields, "connection")) {
            for (String option : value.split(",")) {
                options.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        return options.contains("close") || (minor0 && !options.contains("keep-alive"));
    }
}
