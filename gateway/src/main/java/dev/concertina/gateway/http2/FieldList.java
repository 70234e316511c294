package dev.concertina.gateway.http2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of one header block in the order they came, in reused arrays. Only as much of a map as
 * the decoder asks for.
 */
final class FieldList extends DefaultHttp2Headers {
    private AsciiString[] names = new AsciiString[32];
    private AsciiString[] values = new AsciiString[32];
    private int count;

    FieldList() {
        super(false);
    }

    void reset() {
        Arrays.fill(names, 0, count, null);
        Arrays.fill(values, 0, count, null);
        count = 0;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        names[count] = (AsciiString) name;
        values[count++] = (AsciiString) value;
        return this;
    }

    AsciiString name(int index) {
        return names[index];
    }

    AsciiString value(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return count;
    }

    /** The decoder asks for Content-Length: our own parser reads that. */
    @Override
    public List<CharSequence> getAll(CharSequence name) {
        return List.of();
    }
}
