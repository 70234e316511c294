package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.Client;
import dev.concertina.gateway.Origin;
import java.io.IOException;
import java.util.List;

/**
 * What a client sends and an instance answers, as legs the instance reads and writes in turn. Each
 * is a column of the cut matrix.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is a copy
enum Conversation {
    GET("GET, length", false, "GET", "", Leg.head(), Leg.response(Text.LENGTH, Text.BODY)),
    GET_CHUNKED(
            "GET, chunked", false, "GET", "", Leg.head(), Leg.response(Text.CHUNKED, Text.CHUNKS)),
    GET_TO_THE_END(
            "GET, until close", false, "GET", "", Leg.head(), Leg.response(Text.OK, Text.BODY)),
    HEAD("HEAD", false, "HEAD", "", Leg.head(), Leg.response(Text.LENGTH, "")),
    NO_CONTENT("GET, 204", false, "GET", "", Leg.head(), Leg.response(Text.NO_CONTENT, "")),
    EARLY_HINTS(
            "GET, 103 before",
            false,
            "GET",
            "",
            Leg.head(),
            Leg.interim("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
            Leg.response(Text.LENGTH, Text.BODY)),
    POST(
            "POST, length",
            true,
            "POST",
            "Content-Length: 10\r\n",
            Leg.head(),
            Leg.body(Text.BODY),
            Leg.response(Text.LENGTH, Text.BODY)),
    POST_CHUNKED(
            "POST, chunked",
            true,
            "POST",
            "Transfer-Encoding: chunked\r\n",
            Leg.head(),
            Leg.body(Text.CHUNKS),
            Leg.response(Text.LENGTH, Text.BODY)),
    POST_EXPECT(
            "POST, Expect",
            true,
            "POST",
            "Content-Length: 10\r\nExpect: 100-continue\r\n",
            Leg.head(),
            Leg.interim("HTTP/1.1 100 Continue\r\n\r\n"),
            Leg.body(Text.BODY),
            Leg.response(Text.LENGTH, Text.BODY)),
    WEBSOCKET(
            "WebSocket",
            false,
            "GET",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            Leg.head(),
            Leg.response(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade:"
                            + " websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                    Text.FRAMES));

    /** A stretch of octets in one direction. */
    record Leg(Part part, String text) {
        enum Part {
            REQUEST_HEAD,
            REQUEST_BODY,
            INTERIM,
            RESPONSE
        }

        private static Leg head() {
            return new Leg(Part.REQUEST_HEAD, "");
        }

        private static Leg body(String text) {
            return new Leg(Part.REQUEST_BODY, text);
        }

        private static Leg interim(String text) {
            return new Leg(Part.INTERIM, text);
        }

        private static Leg response(String head, String body) {
            return new Leg(Part.RESPONSE, head + body);
        }

        boolean read() {
            return part == Part.REQUEST_HEAD || part == Part.REQUEST_BODY;
        }

        int headLength() {
            return text.indexOf("\r\n\r\n") + 4;
        }
    }

    private static final class Text {
        static final String OK = "HTTP/1.1 200 OK\r\nServer: a\r\n\r\n";
        static final String LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
        static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\nServer: a\r\n\r\n";
        static final String BODY = "0123456789";
        static final String CHUNKS = "4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n";

        /** A text of five letters, then the close. */
        static final String FRAMES = "\u0081\u0005hello\u0088\u0002\u0003\u00e8";
    }

    private static final int CLOSE_FRAME = 4;

    final String title;

    /** Whether executing it twice would do harm. */
    final boolean effect;

    final List<Leg> legs;
    private final String method;
    private final String fields;

    Conversation(String title, boolean effect, String method, String fields, Leg... legs) {
        this.title = title;
        this.effect = effect;
        this.method = method;
        this.fields = fields;
        this.legs = List.of(legs);
    }

    /** Sends the request, waiting where it must, and says what came of it. */
    String held(Client client, String path) throws IOException {
        client.send(method + " " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
        for (Leg leg : legs) {
            if (leg.part == Leg.Part.REQUEST_BODY && this != POST_EXPECT) {
                client.send(leg.text);
            }
        }
        String head;
        int status;
        try {
            head = client.readHead();
            status = Client.status(head);
            while (status == 100 || status == 103) {
                if (status == 100) {
                    client.send(Text.BODY);
                }
                head = client.readHead();
                status = Client.status(head);
            }
        } catch (IOException e) {
            return "no answer";
        }
        return status + rest(client, status, head);
    }

    /** Empty for a response that came whole. */
    private String rest(Client client, int status, String head) throws IOException {
        if (status == 101) {
            return frames(client);
        }
        if (status == 204 || this == HEAD) {
            return "";
        }
        if (this == GET_TO_THE_END && status == 200) {
            return untilClose(client);
        }
        try {
            String body = new String(Origin.Wire.readBody(client.in(), head), ISO_8859_1);
            return status != 200 || body.equals(Text.BODY) ? "" : " with another body: " + body;
        } catch (IOException cut) {
            return ", cut";
        }
    }

    private static String frames(Client client) throws IOException {
        byte[] frames;
        try {
            frames = client.in().readNBytes(Text.FRAMES.length());
        } catch (IOException reset) {
            return ", cut";
        }
        boolean closed = frames.length == Text.FRAMES.length();
        return closed && frames[frames.length - CLOSE_FRAME] == (byte) 0x88 ? "" : ", cut";
    }

    private static String untilClose(Client client) {
        try {
            String body = new String(client.in().readAllBytes(), ISO_8859_1);
            return body.equals(Text.BODY) ? "" : ", as far as it was sent";
        } catch (IOException reset) {
            return ", cut";
        }
    }
}
