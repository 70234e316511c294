package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;

/** Answers as HTTP/1.1 writes them. */
final class Answers {
    private static final Map<Integer, String> REASONS =
            Map.ofEntries(
                    Map.entry(200, "OK"),
                    Map.entry(206, "Partial Content"),
                    Map.entry(304, "Not Modified"),
                    Map.entry(308, "Permanent Redirect"),
                    Map.entry(400, "Bad Request"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(408, "Request Timeout"),
                    Map.entry(412, "Precondition Failed"),
                    Map.entry(413, "Content Too Large"),
                    Map.entry(416, "Range Not Satisfiable"),
                    Map.entry(429, "Too Many Requests"),
                    Map.entry(431, "Request Header Fields Too Large"),
                    Map.entry(501, "Not Implemented"),
                    Map.entry(502, "Bad Gateway"),
                    Map.entry(503, "Service Unavailable"),
                    Map.entry(504, "Gateway Timeout"),
                    Map.entry(505, "HTTP Version Not Supported"));

    private Answers() {}

    static String reason(int status) {
        return REASONS.getOrDefault(status, "Error");
    }

    static ByteBuf write(ByteBufAllocator allocator, Answer answer, boolean close, boolean head) {
        StringBuilder text = new StringBuilder(256);
        text.append("HTTP/1.1 ").append(answer.status()).append(' ');
        text.append(reason(answer.status()));
        field(text, "Content-Type", answer.type());
        field(text, "Content-Length", Integer.toString(answer.body().length()));
        answer.fields().forEach((name, value) -> field(text, name, value));
        if (close) {
            field(text, "Connection", "close");
        }
        text.append("\r\n\r\n");
        if (!head) {
            text.append(answer.body());
        }
        byte[] octets = text.toString().getBytes(ISO_8859_1);
        return allocator.ioBuffer(octets.length).writeBytes(octets);
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append("\r\n").append(name).append(": ").append(value);
    }
}
