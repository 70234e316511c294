package dev.concertina.acceptance.gateway;

import dev.concertina.gateway.Client;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The conversations of the cut matrix as a client of HTTP/2 with prior knowledge has them. */
final class Http2Conversation {
    /** Those whose octets behind the gateway are the same as with HTTP/1.1. */
    static final Set<Conversation> ALL =
            EnumSet.of(
                    Conversation.GET,
                    Conversation.GET_CHUNKED,
                    Conversation.GET_TO_THE_END,
                    Conversation.HEAD,
                    Conversation.NO_CONTENT,
                    Conversation.EARLY_HINTS,
                    Conversation.POST);

    private static final int[] STATIC_STATUS = {200, 204, 206, 304, 400, 404, 500};
    private static final int FIRST_STATUS = 8;
    private static final String BODY = "0123456789";

    private Http2Conversation() {}

    /** Sends the request and says what came of it, in the words of {@link Conversation#held}. */
    static String held(Conversation conversation, Client client, String path) throws IOException {
        client.send(Http2Frame.PREFACE + request(conversation, path));
        int status = 0;
        StringBuilder body = new StringBuilder();
        try {
            while (true) {
                Http2Frame frame = Http2Frame.read(client.in());
                switch (frame.type()) {
                    case Http2Frame.HEADERS ->
                            status = status < 200 ? status(frame.payload()) : status;
                    case Http2Frame.DATA -> body.append(frame.payload());
                    case Http2Frame.RST_STREAM, Http2Frame.GOAWAY -> throw new IOException("reset");
                    default -> {
                        continue;
                    }
                }
                if (frame.has(Http2Frame.END_STREAM)) {
                    break;
                }
            }
        } catch (IOException cut) {
            return status < 200 ? "no answer" : status + ", cut";
        }
        boolean whole = status != 200 || body.toString().equals(expected(conversation));
        if (whole) {
            return Integer.toString(status);
        }
        return status
                + (conversation == Conversation.GET_TO_THE_END
                        ? ", as far as it was sent"
                        : " with another body: " + body);
    }

    private static String expected(Conversation conversation) {
        return conversation == Conversation.HEAD ? "" : BODY;
    }

    private static String request(Conversation conversation, String path) {
        boolean post = conversation == Conversation.POST;
        // HPACK: indexed fields of the static table, and literals that are not indexed.
        String method =
                post ? "\u0083" : conversation == Conversation.HEAD ? "\u0002\u0004HEAD" : "\u0082";
        String fields = method + "\u0086\u0004" + (char) path.length() + path + "\u0001\u0004test";
        if (post) {
            fields += "\u000f\r\u0002" + BODY.length();
        }
        int end = post ? 0 : Http2Frame.END_STREAM;
        String head =
                new Http2Frame(Http2Frame.HEADERS, end | Http2Frame.END_HEADERS, 1, fields)
                        .octets();
        return post
                ? head + new Http2Frame(Http2Frame.DATA, Http2Frame.END_STREAM, 1, BODY).octets()
                : head;
    }

    /** The status, which is the first field of a response, on a connection without a history. */
    private static int status(String block) {
        int at = 0;
        while ((block.charAt(at) & 0xE0) == 0x20) {
            // A new size of the dynamic table.
            at++;
        }
        int first = block.charAt(at);
        if ((first & 0x80) != 0) {
            return STATIC_STATUS[(first & 0x7F) - FIRST_STATUS];
        }
        int length = block.charAt(at + 1);
        String value = block.substring(at + 2, at + 2 + (length & 0x7F));
        return Integer.parseInt((length & 0x80) == 0 ? value : digits(value));
    }

    /** Three digits in the code of RFC 7541, appendix B: of five bits up to 2, else of six. */
    private static String digits(String code) {
        StringBuilder bits = new StringBuilder();
        for (int i = 0; i < code.length(); i++) {
            bits.append(Integer.toBinaryString(code.charAt(i) | 0x100).substring(1));
        }
        StringBuilder digits = new StringBuilder();
        for (int at = 0; digits.length() < 3; ) {
            int five = Integer.parseInt(bits.substring(at, at + 5), 2);
            int six = Integer.parseInt(bits.substring(at, at + 6), 2);
            digits.append(five <= 2 ? five : six - 0x19 + 3);
            at += five <= 2 ? 5 : 6;
        }
        return digits.toString();
    }
}
