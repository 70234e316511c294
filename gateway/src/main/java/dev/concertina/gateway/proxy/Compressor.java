package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.content.BodyEncoder;
import dev.concertina.gateway.content.Coding;
import dev.concertina.gateway.content.Compressibility;
import dev.concertina.gateway.http1.Field;
import dev.concertina.gateway.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the body of one response. Takes content without framing; a client that wants chunks
 * gets them, with trailers. What an instance has sent is never kept back for more than a moment:
 * the worker's tick flushes what waits.
 */
final class Compressor {
    private static final byte[] ETAG = octets("etag");
    private static final byte[] ACCEPT_RANGES = octets("accept-ranges");
    private static final byte[] CONTENT_LENGTH = octets("content-length");
    private static final byte[] VARY_LINE = octets("Vary: Accept-Encoding\r\n");
    private static final byte[] CHUNKED_LINE = octets("Transfer-Encoding: chunked\r\n");
    private static final byte[] CRLF = octets("\r\n");

    private final Worker worker;
    private final Downstream client;
    private final BodyEncoder encoder;
    private final boolean chunks;
    private final boolean eventStream;
    private List<Field> trailers = List.of();
    private boolean lagging;
    private boolean closed;

    private Compressor(Worker worker, Downstream client, BodyEncoder encoder, boolean eventStream) {
        this.worker = worker;
        this.client = client;
        this.encoder = encoder;
        this.chunks = client.wantsChunks();
        this.eventStream = eventStream;
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Changes the head and compresses its body, if that is possible and gains. */
    static @Nullable Compressor of(
            Worker worker,
            Rules rules,
            long accepted,
            boolean headOnly,
            ResponseHead head,
            Downstream client) {
        Compressibility judged = worker.compressibility();
        judged.begin(rules.compression());
        for (int i = 0; i < head.fields(); i++) {
            if (head.passes(i)) {
                judged.field(
                        head.octets(),
                        head.nameStart(i),
                        head.nameEnd(i),
                        head.valueStart(i),
                        head.valueEnd(i));
            }
        }
        Coding coding = judged.choose(accepted, head.status(), headOnly, head.contentLength());
        if (judged.variesNow()) {
            head.add(VARY_LINE, "Vary".length());
        }
        if (coding == null) {
            return null;
        }
        change(head, coding, judged.strongTag(), client.wantsChunks());
        return new Compressor(
                worker, client, worker.encoders().encoder(coding), judged.eventStream());
    }

    private static void change(ResponseHead head, Coding coding, boolean strong, boolean chunks) {
        if (strong) {
            String weak = "ETag: W/" + head.field(ETAG) + "\r\n";
            head.drop(ETAG);
            head.add(octets(weak), ETAG.length);
        }
        head.drop(ACCEPT_RANGES);
        head.drop(CONTENT_LENGTH);
        head.add(octets("Content-Encoding: " + coding.token() + "\r\n"), 16);
        if (chunks && !head.chunked()) {
            head.add(CHUNKED_LINE, "Transfer-Encoding".length());
        }
    }

    void body(ByteBuf content) {
        send(encoder.encode(content, eventStream));
        if (!eventStream && !lagging) {
            lagging = true;
            worker.lagging(this);
        }
    }

    void trailers(List<Field> last) {
        trailers = last;
    }

    /** Lets the client have what waits for more to compress better. */
    void flush() {
        lagging = false;
        if (!closed) {
            send(encoder.encode(Unpooled.EMPTY_BUFFER, true));
        }
    }

    private void send(ByteBuf encoded) {
        if (!encoded.isReadable()) {
            encoded.release();
            return;
        }
        if (!chunks) {
            client.responseBody(encoded);
            return;
        }
        ByteBuf framed = encoded.alloc().ioBuffer(encoded.readableBytes() + 12);
        framed.writeBytes(octets(Integer.toHexString(encoded.readableBytes()))).writeBytes(CRLF);
        framed.writeBytes(encoded).writeBytes(CRLF);
        encoded.release();
        client.responseBody(framed);
    }

    /** The body is complete. */
    void end() {
        ByteBuf rest = encoder.finish();
        if (chunks) {
            ByteBuf last = rest.alloc().ioBuffer(64);
            send(rest);
            last.writeBytes(octets("0\r\n"));
            for (Field trailer : trailers) {
                last.writeBytes(octets(trailer.name() + ": " + trailer.value() + "\r\n"));
            }
            client.responseBody(last.writeBytes(CRLF));
            return;
        }
        send(rest);
        if (!trailers.isEmpty()) {
            client.trailers(trailers);
        }
    }

    /** Gives back what the encoder holds. */
    void close() {
        closed = true;
        encoder.close();
    }
}
