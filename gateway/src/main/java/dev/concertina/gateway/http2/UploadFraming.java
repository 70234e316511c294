package dev.concertina.gateway.http2;

import dev.concertina.gateway.http1.Body;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.proxy.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;

/**
 * The body of a request as HTTP/1.1 frames it: with its length where one was said, else in chunks.
 */
final class UploadFraming {
    /** Content up to this is copied: one piece goes out cheaper than three. */
    private static final int COPIED_MAX = 4096;

    private static final int CHUNK_HEAD = 10;
    private static final AsciiString CRLF = AsciiString.cached("\r\n");
    private static final AsciiString LAST = AsciiString.cached("0\r\n\r\n");
    private static final AsciiString LAST_SIZE = AsciiString.cached("0\r\n");
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private boolean chunked;
    private long declared;
    private long seen;

    void begin(RequestHead head) {
        chunked = head.chunked();
        declared = head.contentLength();
        seen = 0;
    }

    /** Counts content; whether it contradicts the length that was said (section 8.1.1). */
    boolean exceeded(int octets, boolean last) {
        seen += octets;
        return !chunked && (seen > declared || (last && seen < declared));
    }

    /** Gives content to the exchange. */
    void pass(ByteBuf content, boolean last, ByteBufAllocator allocator, Exchange exchange) {
        int octets = content.readableBytes();
        if (!chunked) {
            if (octets > 0) {
                exchange.body(content.retain(), octets);
            }
        } else if (octets <= COPIED_MAX) {
            passCopied(content, octets, last, allocator, exchange);
        } else {
            ByteBuf head = allocator.ioBuffer(CHUNK_HEAD);
            size(head, octets);
            exchange.body(head, 0);
            exchange.body(content.retain(), octets);
            ByteBuf tail = allocator.ioBuffer(CHUNK_HEAD);
            put(tail, CRLF);
            if (last) {
                put(tail, LAST);
            }
            exchange.body(tail, 0);
        }
    }

    private static void passCopied(
            ByteBuf content,
            int octets,
            boolean last,
            ByteBufAllocator allocator,
            Exchange exchange) {
        if (octets == 0 && !last) {
            return;
        }
        ByteBuf chunk = allocator.ioBuffer(octets + 2 * CHUNK_HEAD);
        if (octets > 0) {
            size(chunk, octets);
            chunk.writeBytes(content, content.readerIndex(), octets);
            put(chunk, CRLF);
        }
        if (last) {
            put(chunk, LAST);
        }
        exchange.body(chunk, octets);
    }

    private static void size(ByteBuf out, int octets) {
        int digits = (35 - Integer.numberOfLeadingZeros(octets)) / 4;
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            out.writeByte(HEX[(octets >>> shift) & 15]);
        }
        put(out, CRLF);
    }

    /**
     * The end of the body with these fields, which are dropped where the length was said.
     *
     * @throws ProtocolError when they are not trailers
     * @throws dev.concertina.gateway.http1.Malformed when they frame or route
     */
    ByteBuf trailers(FieldList fields, ByteBufAllocator allocator) {
        ByteBuf out = allocator.ioBuffer();
        try {
            put(out, LAST_SIZE);
            for (int i = 0; i < fields.size(); i++) {
                if (RequestOctets.isPseudo(fields.name(i))) {
                    throw new ProtocolError("pseudo field in trailers");
                }
                FieldRules.check(fields.name(i), fields.value(i));
                put(out, fields.name(i));
                out.writeByte(':').writeByte(' ');
                put(out, fields.value(i));
                put(out, CRLF);
            }
            put(out, CRLF);
            passGate(out);
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
        return chunked ? out : out.clear();
    }

    /** The same reader that trailers of HTTP/1.1 pass. */
    private static void passGate(ByteBuf out) {
        Body body = new Body();
        body.chunked();
        ByteBuf view = out.duplicate();
        body.skip(view);
        if (!body.ended() || view.isReadable()) {
            throw new ProtocolError("the trailers read differently in HTTP/1.1");
        }
    }

    private static void put(ByteBuf out, AsciiString text) {
        out.writeBytes(text.array(), text.arrayOffset(), text.length());
    }
}
