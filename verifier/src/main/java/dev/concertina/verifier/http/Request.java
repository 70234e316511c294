package dev.concertina.verifier.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * @param target path and query, as on the request line
 * @param headers besides Host, Content-Length and Connection, which the client writes
 * @param body empty: no body is sent
 */
public record Request(String method, String target, Map<String, String> headers, String body) {

    public static Request get(String target) {
        return new Request("GET", target, Map.of(), "");
    }

    byte[] bytes(Origin origin) {
        var content = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder();
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        field(head, "Host", origin.authority());
        headers.forEach((name, value) -> field(head, name, value));
        if (content.length > 0 || method.equals("POST") || method.equals("PUT")) {
            field(head, "Content-Length", Integer.toString(content.length));
        }
        var start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        var all = new byte[start.length + content.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(content, 0, all, start.length, content.length);
        return all;
    }

    private static void field(StringBuilder head, String name, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "header " + name + " holds a line break, so it cannot be sent: " + value);
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
