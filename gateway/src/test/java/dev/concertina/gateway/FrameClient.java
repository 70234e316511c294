package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client that speaks HTTP/2 frame by frame, with prior knowledge, and says what it is told. */
final class FrameClient implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    static final int PROTOCOL_ERROR = 1;
    static final int INTERNAL_ERROR = 2;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int FRAME_MAX = 16 * 1024;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);
    private final List<Frame> seen = new ArrayList<>();
    private @Nullable ByteArrayOutputStream held;

    FrameClient(Stage stage) throws IOException {
        this(stage, new byte[0]);
    }

    /**
     * @param settings the payload of the first SETTINGS frame
     */
    FrameClient(Stage stage, byte[] settings) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), stage.port());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        out.writeBytes(PREFACE);
        frame(SETTINGS, 0, 0, settings);
        frame(SETTINGS, ACK, 0);
    }

    /** A SETTINGS payload that sets the initial window of streams. */
    static byte[] window(int octets) {
        return new byte[] {
            0, 4, (byte) (octets >> 24), (byte) (octets >> 16), (byte) (octets >> 8), (byte) octets
        };
    }

    /** One frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean last() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** Of RST_STREAM. */
        int error() {
            return number(0);
        }

        /** The number at this place of the payload. */
        int number(int at) {
            return (payload[at] & 0xFF) << 24
                    | (payload[at + 1] & 0xFF) << 16
                    | (payload[at + 2] & 0xFF) << 8
                    | (payload[at + 3] & 0xFF);
        }
    }

    /** A whole response. */
    record Response(Http2Headers head, String body, Http2Headers trailers) {
        int status() {
            return Integer.parseInt(head.status().toString());
        }

        String field(String name) {
            CharSequence value = head.get(name);
            return value == null ? "" : value.toString();
        }
    }

    FrameClient frame(int type, int flags, int stream, byte... payload) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(whole);
        head.writeInt(payload.length << 8 | type);
        head.writeByte(flags);
        head.writeInt(stream);
        whole.write(payload);
        OutputStream to = held == null ? out : held;
        to.write(whole.toByteArray());
        to.flush();
        return this;
    }

    /** Keeps the frames that follow, to be sent in one piece. */
    FrameClient hold() {
        held = new ByteArrayOutputStream();
        return this;
    }

    /** Sends what was held. */
    FrameClient release() throws IOException {
        ByteArrayOutputStream all = held;
        held = null;
        if (all != null) {
            out.write(all.toByteArray());
            out.flush();
        }
        return this;
    }

    /** A frame whose payload is one number. */
    FrameClient number(int type, int stream, int value) throws IOException {
        return frame(
                type,
                0,
                stream,
                (byte) (value >> 24),
                (byte) (value >> 16),
                (byte) (value >> 8),
                (byte) value);
    }

    FrameClient get(int stream, String path, String... fields) throws IOException {
        return request(stream, true, "GET", path, fields);
    }

    FrameClient post(int stream, String path, String... fields) throws IOException {
        return request(stream, false, "POST", path, fields);
    }

    private FrameClient request(
            int stream, boolean ended, String method, String path, String... fields)
            throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                ":method",
                                method,
                                ":scheme",
                                "http",
                                ":authority",
                                "a.test",
                                ":path",
                                path));
        all.addAll(List.of(fields));
        return headers(stream, ended, all.toArray(String[]::new));
    }

    FrameClient headers(int stream, boolean ended, String... namesAndValues) throws IOException {
        byte[] block = block(namesAndValues);
        int first = Math.min(block.length, FRAME_MAX);
        boolean whole = first == block.length;
        frame(
                HEADERS,
                (whole ? END_HEADERS : 0) | (ended ? END_STREAM : 0),
                stream,
                Arrays.copyOf(block, first));
        return whole
                ? this
                : frame(
                        CONTINUATION,
                        END_HEADERS,
                        stream,
                        Arrays.copyOfRange(block, first, block.length));
    }

    /** Literals that are neither indexed nor compressed. */
    static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            literal(block, namesAndValues[i]);
            literal(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] octets = text.getBytes(ISO_8859_1);
        if (octets.length < 127) {
            block.write(octets.length);
        } else {
            block.write(127);
            int left = octets.length - 127;
            while (left >= 128) {
                block.write(128 | (left & 127));
                left >>>= 7;
            }
            block.write(left);
        }
        block.writeBytes(octets);
    }

    FrameClient data(int stream, boolean ended, String text) throws IOException {
        return data(stream, ended, text.getBytes(ISO_8859_1));
    }

    FrameClient data(int stream, boolean ended, byte[] octets) throws IOException {
        return frame(DATA, ended ? END_STREAM : 0, stream, octets);
    }

    FrameClient grant(int stream, int octets) throws IOException {
        return number(WINDOW_UPDATE, stream, octets);
    }

    /** The next frame from the wire. */
    Frame read() throws IOException {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(head & 0xFF, flags, stream, in.readNBytes(head >>> 8));
    }

    /** The first frame that is wanted, among those that came before too; others stay. */
    Frame await(Predicate<Frame> wanted) throws IOException {
        for (int i = 0; i < seen.size(); i++) {
            if (wanted.test(seen.get(i))) {
                return seen.remove(i);
            }
        }
        while (true) {
            Frame frame = read();
            if (wanted.test(frame)) {
                return frame;
            }
            seen.add(frame);
        }
    }

    /** A WINDOW_UPDATE of the stream that has come already; null if none has. */
    @Nullable Frame granted(int stream) {
        for (int i = 0; i < seen.size(); i++) {
            if (seen.get(i).type() == WINDOW_UPDATE && seen.get(i).stream() == stream) {
                return seen.remove(i);
            }
        }
        return null;
    }

    Frame await(int type) throws IOException {
        return await(frame -> frame.type() == type);
    }

    /** Waits for a reset of the stream and returns its error. */
    int awaitReset(int stream) throws IOException {
        return await(frame -> frame.type() == RST_STREAM && frame.stream() == stream).error();
    }

    /** Waits until everything sent so far was seen by the gateway. */
    FrameClient sync() throws IOException {
        frame(PING, 0, 0, new byte[8]);
        await(frame -> frame.type() == PING && (frame.flags() & ACK) != 0);
        return this;
    }

    Http2Headers head(int stream) throws IOException {
        Frame frame = await(each -> each.type() == HEADERS && each.stream() == stream);
        return fields(frame);
    }

    private Http2Headers fields(Frame frame) throws IOException {
        try {
            return decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
        } catch (io.netty.handler.codec.http2.Http2Exception e) {
            throw new IOException(e);
        }
    }

    /** Reads the response of the stream to its end, interim ones aside. */
    Response response(int stream) throws IOException {
        Http2Headers head = null;
        Http2Headers trailers = new io.netty.handler.codec.http2.DefaultHttp2Headers();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = await(each -> each.stream() == stream && each.type() != WINDOW_UPDATE);
            switch (frame.type()) {
                case HEADERS -> {
                    Http2Headers fields = fields(frame);
                    if (head != null) {
                        trailers = fields;
                    } else if (fields.status().charAt(0) != '1') {
                        head = fields;
                    }
                }
                case DATA -> body.writeBytes(frame.payload());
                default -> throw new IOException("stream " + stream + ": " + frame);
            }
            if (frame.last() && head != null) {
                return new Response(head, body.toString(ISO_8859_1), trailers);
            }
        }
    }

    /** Whether the gateway has closed the connection, now or within this client's patience. */
    boolean ended() {
        try {
            while (true) {
                seen.add(read());
            }
        } catch (IOException end) {
            return !(end instanceof java.net.SocketTimeoutException);
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
