package dev.concertina.gateway.proxy;

import java.util.Map;

/**
 * A response the gateway gives itself.
 *
 * @param fields besides Content-Type, Content-Length and what concerns the connection
 * @param body in ISO 8859-1
 */
public record Answer(int status, Map<String, String> fields, String type, String body) {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<String, String> SOON = Map.of("Retry-After", "1");

    /** One sentence; 503 says that it may be tried again soon. */
    public static Answer of(int status, String sentence) {
        return new Answer(status, status == 503 ? SOON : Map.of(), TEXT, sentence + '\n');
    }
}
