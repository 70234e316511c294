package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;

/** The responses the gateway gives itself. */
final class Answers {
    private static final Map<Integer, String> REASONS =
            Map.of(
                    400, "Bad Request",
                    408, "Request Timeout",
                    431, "Request Header Fields Too Large",
                    501, "Not Implemented",
                    502, "Bad Gateway",
                    503, "Service Unavailable",
                    504, "Gateway Timeout",
                    505, "HTTP Version Not Supported");

    private Answers() {}

    static ByteBuf of(ByteBufAllocator allocator, int status, String text, boolean close) {
        String head =
                "HTTP/1.1 "
                        + status
                        + ' '
                        + REASONS.getOrDefault(status, "Error")
                        + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + (text.length() + 1)
                        + (status == 503 ? "\r\nRetry-After: 1" : "")
                        + (close ? "\r\nConnection: close" : "")
                        + "\r\n\r\n"
                        + text
                        + '\n';
        byte[] octets = head.getBytes(ISO_8859_1);
        return allocator.ioBuffer(octets.length).writeBytes(octets);
    }
}
