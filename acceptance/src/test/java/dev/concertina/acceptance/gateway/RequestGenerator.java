package dev.concertina.acceptance.gateway;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Requests from a seed: valid ones, and such that were bent where servers are known to disagree.
 * Octets are characters of ISO 8859-1.
 */
final class RequestGenerator {
    private final SplittableRandom random;

    RequestGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    /** So many requests as they are sent on a connection, and whether one of them was bent. */
    record Sent(String octets, int requests, boolean bent) {}

    /** A few requests in a row, at most one of them bent, and a plain one behind them. */
    Sent next() {
        // So long that no bent one is another.
        String path = "/" + Long.toHexString(random.nextLong() | Long.MIN_VALUE);
        int count = 1 + random.nextInt(3) * random.nextInt(2);
        boolean bent = random.nextInt(8) != 0;
        int which = random.nextInt(count);
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String message = valid(path + "/" + i);
            octets.append(bent && i == which ? bend(message) : message);
        }
        octets.append("GET ").append(path).append("/last HTTP/1.1\r\nHost: a\r\n\r\n");
        return new Sent(octets.toString(), count + 1, bent);
    }

    /** The octets in pieces, as packets might come. */
    String[] pieces(String octets) {
        String[] pieces = new String[1 + random.nextInt(4)];
        int from = 0;
        for (int i = 0; i < pieces.length - 1; i++) {
            int to = from + random.nextInt(octets.length() - from + 1);
            pieces[i] = octets.substring(from, to);
            from = to;
        }
        pieces[pieces.length - 1] = octets.substring(from);
        return pieces;
    }

    private String valid(String path) {
        String fields = "Host: a\r\n" + (random.nextBoolean() ? "X-A: b, c\r\n" : "");
        String body = random.nextInt(3) == 0 ? smuggled(path) : "x".repeat(random.nextInt(40));
        return switch (random.nextInt(6)) {
            case 0 -> "GET " + path + "?q=1 HTTP/1.1\r\n" + fields + "\r\n";
            case 1 -> "GET http://host:80" + path + " HTTP/1.1\r\n" + fields + "\r\n";
            case 2 -> "GET " + path + " HTTP/1.0\r\n" + fields + "Connection: keep-alive\r\n\r\n";
            case 3 -> withLength("PUT " + path, fields, body);
            case 4 -> withLength("POST " + path, fields, body);
            default -> chunked("POST " + path, fields, body);
        };
    }

    /** A body that looks like a request. */
    private static String smuggled(String path) {
        return "GET " + path + "/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String withLength(String start, String fields, String body) {
        String length = "Content-Length: " + body.length() + "\r\n\r\n";
        return start + " HTTP/1.1\r\n" + fields + length + body;
    }

    private String chunked(String start, String fields, String body) {
        StringBuilder message = new StringBuilder(start).append(" HTTP/1.1\r\n").append(fields);
        message.append("Transfer-Encoding: chunked\r\n\r\n");
        for (int from = 0; from < body.length(); ) {
            int size = 1 + random.nextInt(body.length() - from);
            String chunk = body.substring(from, from + size);
            message.append(Integer.toHexString(size)).append(random.nextInt(4) == 0 ? ";a=b" : "");
            message.append("\r\n").append(chunk).append("\r\n");
            from += size;
        }
        return message.append("0\r\n")
                .append(random.nextInt(4) == 0 ? "A: b\r\n" : "")
                .append("\r\n")
                .toString();
    }

    private String bend(String message) {
        List<UnaryOperator<String>> bends =
                List.of(
                        this::field,
                        this::field,
                        this::field,
                        this::requestLine,
                        this::lineEnd,
                        this::fold,
                        this::chunk,
                        this::chunk,
                        this::octet,
                        this::octet,
                        this::move,
                        this::many);
        String bent = message;
        int times = 1 + random.nextInt(2);
        for (int i = 0; i < times; i++) {
            bent = one(bends).apply(bent);
        }
        return bent;
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Puts a field where it does not belong, or with a name or value that is not what it seems. */
    private String field(String message) {
        String line =
                switch (random.nextInt(7)) {
                    case 0 -> "Content-Length: " + one(Oddities.LENGTHS);
                    case 1 -> "Transfer-Encoding: " + one(Oddities.CODINGS);
                    case 2 -> "Host: " + one(Oddities.HOSTS);
                    case 3 -> "Connection: " + one(Oddities.CONNECTIONS);
                    case 4 -> one(Oddities.NAMES) + one(Oddities.NAME_ENDS) + ": 5";
                    case 5 -> one(Oddities.NAME_ENDS) + one(Oddities.NAMES) + ": chunked";
                    default -> "X: a" + special() + one(Oddities.NAMES) + ": 5";
                };
        int at = message.indexOf("\r\n");
        if (at < 0) {
            return message;
        }
        if (random.nextBoolean() && line.indexOf(':') > 0) {
            // In the place of the field of that name.
            String name = line.substring(0, line.indexOf(':') + 1);
            int old = message.indexOf("\r\n" + name);
            int end = old < 0 ? -1 : message.indexOf("\r\n", old + 2);
            if (end > 0) {
                return message.substring(0, old + 2) + line + message.substring(end);
            }
        }
        return message.substring(0, at + 2) + line + message.substring(at);
    }

    private String special() {
        return String.valueOf(Oddities.SPECIAL.charAt(random.nextInt(Oddities.SPECIAL.length())));
    }

    private String requestLine(String message) {
        int end = message.indexOf("\r\n");
        String[] words = message.substring(0, Math.max(0, end)).split(" ", 3);
        if (words.length < 3) {
            return message;
        }
        String rest = message.substring(end);
        return switch (random.nextInt(6)) {
            case 0 -> words[0] + " " + words[1] + " " + one(Oddities.VERSIONS) + rest;
            case 1 -> words[0] + " " + one(Oddities.TARGETS) + " " + words[2] + rest;
            case 2 -> words[0] + special() + words[1] + " " + words[2] + rest;
            case 3 -> words[0] + " " + words[1] + special() + words[2] + rest;
            case 4 -> special() + words[0] + " " + words[1] + "  " + words[2] + rest;
            default ->
                    one(
                                    List.of(
                                            "get",
                                            "CONNECT",
                                            "G\tT",
                                            "",
                                            "GET:",
                                            "OPTIONS",
                                            "M".repeat(30),
                                            "G\u00e4T"))
                            + " "
                            + words[1]
                            + " "
                            + words[2]
                            + rest;
        };
    }

    /** Another end of a line, anywhere, chunk framing included. */
    private String lineEnd(String message) {
        String end = one(List.of("\n", "\r", "\n\r", "\r\r\n", "\r\n\r\n", " \r\n", "\0\r\n"));
        if (random.nextInt(8) == 0) {
            return message.replace("\r\n", end);
        }
        int at = message.indexOf("\r\n", random.nextInt(message.length() + 1));
        return at < 0 ? message : message.substring(0, at) + end + message.substring(at + 2);
    }

    private String fold(String message) {
        String folded =
                one(
                        List.of(
                                "X: a\r\n b",
                                "X: a\r\n\tb",
                                "Transfer-Encoding:\r\n chunked",
                                " X: a"));
        int at = message.indexOf("\r\n");
        return at < 0 ? message : message.substring(0, at + 2) + folded + message.substring(at);
    }

    /** Bends chunk framing; a message without chunks gets some, whatever else frames it. */
    private String chunk(String message) {
        int head = message.indexOf("\r\n\r\n");
        if (head < 0) {
            return message;
        }
        String start = message.substring(0, head);
        if (!start.contains("Transfer-Encoding: chunked")) {
            start =
                    start.replaceAll("\r\nContent-Length: \\d+", "")
                            + "\r\nTransfer-Encoding: chunked";
        }
        String body =
                switch (random.nextInt(5)) {
                    case 0 -> one(Oddities.CHUNK_LINES) + "\r\nabcde\r\n0\r\n\r\n";
                    case 1 -> "5\r\nabcde\r\n0\r\n" + one(Oddities.TRAILERS) + "\r\n\r\n";
                    case 2 -> "5\r\nabcde" + special() + special() + "0\r\n\r\n";
                    case 3 ->
                            "5\r\nabcde\r\n"
                                    + one(List.of("00", "0;a", "0 ", "-0", "0\n", ""))
                                    + "\r\n\r\n";
                    default ->
                            "5\r\nabcde\r\n0\r\n"
                                    + one(List.of("", "\n", "\r", "\r\n", "X\r\n\r\n"));
                };
        return start + "\r\n\r\n" + body;
    }

    /** Changes, adds or takes an octet anywhere. */
    private String octet(String message) {
        if (message.isEmpty()) {
            return special();
        }
        int at = random.nextInt(message.length());
        String before = message.substring(0, at);
        return switch (random.nextInt(3)) {
            case 0 -> before + special() + message.substring(at + 1);
            case 1 -> before + special() + message.substring(at);
            default -> before + message.substring(at + 1);
        };
    }

    /** Doubles, cuts out or moves a stretch. */
    private String move(String message) {
        if (message.isEmpty()) {
            return message;
        }
        int from = random.nextInt(message.length());
        int to = from + random.nextInt(message.length() - from + 1);
        String part = message.substring(from, to);
        return switch (random.nextInt(3)) {
            case 0 -> message.substring(0, to) + part + message.substring(to);
            case 1 -> message.substring(0, from) + message.substring(to);
            default -> part + message.substring(0, from) + message.substring(to);
        };
    }

    /** Too many fields, or too large ones. */
    private String many(String message) {
        int at = message.indexOf("\r\n");
        if (at < 0 || random.nextInt(8) != 0) {
            return octet(message);
        }
        String fields =
                random.nextBoolean()
                        ? "X: y\r\n".repeat(90 + random.nextInt(20))
                        : "X: " + "y".repeat(16_000 + random.nextInt(800)) + "\r\n";
        return message.substring(0, at + 2) + fields + message.substring(at + 2);
    }
}
