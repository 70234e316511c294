package dev.concertina.gateway.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;

/**
 * The head of a message, scanned once in a reused array. What it says is valid until the next scan.
 * Subclasses read the first line and decide what of the fields is passed on.
 */
public abstract class Head {
    /** Octets a head may have where nothing else is said, its last empty line included. */
    public static final int SIZE_MAX = 16 * 1024;

    /** Fields a head may have where nothing else is said. */
    public static final int FIELDS_MAX = 100;

    /** Fields that may be added, and the octets they may have together. */
    static final int ADDED_FIELDS_MAX = 64;

    static final int ADDED_SIZE_MAX = 8 * 1024;

    static final long NO_LENGTH = -1;

    // Read first, so that the body behind a small head is not copied to look at it.
    private static final int USUAL_SIZE = 1024;

    private static final byte[] CHUNKED = Octets.ascii("chunked");

    private int sizeMax;
    private int fieldsMax;

    byte[] bytes;
    int limit;
    int fields;
    int[] nameStart;
    int[] nameEnd;
    int[] valueStart;
    int[] valueEnd;

    /** Fields of this head that stay here. */
    boolean[] dropped;

    long contentLength;
    boolean chunked;
    boolean minor0;

    // Tokens of Connection, by place.
    boolean close;
    boolean keepAlive;
    boolean upgradeNominated;
    private int nominated;
    private final int[] nominatedStart = new int[32];
    private final int[] nominatedEnd = new int[32];

    Head(int sizeMax, int fieldsMax) {
        this.sizeMax = sizeMax;
        this.fieldsMax = fieldsMax;
        int places = fieldsMax + ADDED_FIELDS_MAX + 1;
        bytes = new byte[sizeMax + ADDED_SIZE_MAX];
        nameStart = new int[places];
        nameEnd = new int[places];
        valueStart = new int[places];
        valueEnd = new int[places];
        dropped = new boolean[places];
    }

    final int sizeMax() {
        return sizeMax;
    }

    /** Has other bounds from the next read on; true if they were others before. */
    final boolean rebound(int size, int count) {
        if (size == sizeMax && count == fieldsMax) {
            return false;
        }
        sizeMax = size;
        fieldsMax = count;
        int places = count + ADDED_FIELDS_MAX + 1;
        bytes = new byte[size + ADDED_SIZE_MAX];
        nameStart = new int[places];
        nameEnd = new int[places];
        valueStart = new int[places];
        valueEnd = new int[places];
        dropped = new boolean[places];
        return true;
    }

    /**
     * Reads one head from the buffer and moves its reader index behind it.
     *
     * @return false when the head is not complete; the buffer is as before then
     * @throws Malformed when it must not be passed on
     */
    public final boolean read(ByteBuf in) {
        int end = scan(in, Math.min(USUAL_SIZE, sizeMax));
        if (end < 0 && in.readableBytes() > USUAL_SIZE) {
            end = scan(in, sizeMax);
        }
        if (end < 0) {
            if (limit == sizeMax) {
                throw tooLarge("head is larger than " + sizeMax + " octets");
            }
            return false;
        }
        in.skipBytes(end);
        check();
        return true;
    }

    /** Reads the first line; returns where the fields begin, or -1 if more is needed. */
    abstract int firstLine();

    /** Meets a field with its name; called in order. */
    abstract void field(int index);

    /** Judges the whole. */
    abstract void check();

    abstract Malformed tooLarge(String message);

    void reset() {
        fields = 0;
        nominated = 0;
        contentLength = NO_LENGTH;
        chunked = false;
        minor0 = false;
        close = false;
        keepAlive = false;
        upgradeNominated = false;
    }

    private int scan(ByteBuf in, int most) {
        limit = Math.min(in.readableBytes(), most);
        in.getBytes(in.readerIndex(), bytes, 0, limit);
        reset();
        int at = firstLine();
        while (at >= 0) {
            if (at >= limit) {
                return -1;
            }
            if (bytes[at] == Octets.CR) {
                return endOfHead(at);
            }
            at = fieldLine(at);
        }
        return -1;
    }

    private int endOfHead(int at) {
        if (at + 1 >= limit) {
            return -1;
        }
        if (bytes[at + 1] != Octets.LF) {
            throw new Malformed("CR without LF");
        }
        nameStart[fields] = at;
        return at + 2;
    }

    private int fieldLine(int start) {
        if (fields == fieldsMax) {
            throw tooLarge("head has more than " + fieldsMax + " fields");
        }
        byte[] octets = bytes;
        int end = limit;
        int at = start;
        while (at < end && Octets.tokenLower(octets[at]) != 0) {
            at++;
        }
        if (at == end) {
            return -1;
        }
        if (octets[at] != ':' || at == start) {
            throw new Malformed(
                    at == start && (octets[at] == Octets.SP || octets[at] == Octets.TAB)
                            ? "folded field line"
                            : "field name holds an octet that is not of a token");
        }
        int name = at;
        at++;
        while (at < end && (octets[at] == Octets.SP || octets[at] == Octets.TAB)) {
            at++;
        }
        int value = at;
        while (at < end && Octets.isValue(octets[at])) {
            at++;
        }
        if (at + 1 >= end) {
            if (at < end && octets[at] != Octets.CR) {
                throw new Malformed("field value holds a control octet");
            }
            return -1;
        }
        int next = lineEnd(at, "field value holds a control octet");
        int last = at;
        while (last > value && (octets[last - 1] == Octets.SP || octets[last - 1] == Octets.TAB)) {
            last--;
        }
        nameStart[fields] = start;
        nameEnd[fields] = name;
        valueStart[fields] = value;
        valueEnd[fields] = last;
        dropped[fields] = false;
        field(fields);
        fields++;
        return next;
    }

    /** The place behind the CR LF at {@code at}; both octets are there. */
    final int lineEnd(int at, String otherwise) {
        if (bytes[at] == Octets.CR && bytes[at + 1] == Octets.LF) {
            return at + 2;
        }
        throw new Malformed(
                bytes[at] == Octets.LF
                        ? "LF without CR"
                        : bytes[at] == Octets.CR ? "CR without LF" : otherwise);
    }

    final boolean nameIs(int index, byte[] word) {
        return Octets.equalsIgnoreCase(bytes, nameStart[index], nameEnd[index], word);
    }

    final boolean valueIs(int index, byte[] word) {
        return Octets.equalsIgnoreCase(bytes, valueStart[index], valueEnd[index], word);
    }

    final int nameLength(int index) {
        return nameEnd[index] - nameStart[index];
    }

    /** RFC 9112 section 6.3: one length, digits only; a list or a repetition is refused. */
    final void readContentLength(int index) {
        if (contentLength != NO_LENGTH) {
            throw new Malformed("Content-Length occurs twice");
        }
        int start = valueStart[index];
        int end = valueEnd[index];
        if (start == end || end - start > 18) {
            throw new Malformed("Content-Length is not a number of 1 to 18 digits");
        }
        long length = 0;
        for (int i = start; i < end; i++) {
            if (!Octets.isDigit(bytes[i])) {
                throw new Malformed("Content-Length is not a number of 1 to 18 digits");
            }
            length = length * 10 + (bytes[i] - '0');
        }
        contentLength = length;
    }

    final void readTransferEncoding(int index) {
        if (chunked || !valueIs(index, CHUNKED)) {
            throw new Malformed("Transfer-Encoding is something else than 'chunked'");
        }
        chunked = true;
    }

    final void checkFraming() {
        if (chunked && contentLength != NO_LENGTH) {
            throw new Malformed("Content-Length and Transfer-Encoding at once");
        }
        if (chunked && minor0) {
            throw new Malformed("Transfer-Encoding in HTTP/1.0");
        }
    }

    /** RFC 9110 section 7.6.1. */
    final void readConnection(int index) {
        int at = valueStart[index];
        int end = valueEnd[index];
        while (at < end) {
            int start = at;
            while (at < end && Octets.tokenLower(bytes[at]) != 0) {
                at++;
            }
            if (at > start) {
                option(start, at);
            }
            while (at < end && (bytes[at] == Octets.SP || bytes[at] == Octets.TAB)) {
                at++;
            }
            if (at < end && bytes[at++] != ',') {
                throw new Malformed("Connection holds something else than tokens");
            }
            while (at < end && (bytes[at] == Octets.SP || bytes[at] == Octets.TAB)) {
                at++;
            }
        }
    }

    private void option(int start, int end) {
        if (Octets.equalsIgnoreCase(bytes, start, end, Names.CLOSE)) {
            close = true;
        } else if (Octets.equalsIgnoreCase(bytes, start, end, Names.KEEP_ALIVE)) {
            keepAlive = true;
        } else if (Octets.equalsIgnoreCase(bytes, start, end, Names.UPGRADE)) {
            upgradeNominated = true;
        } else if (nominated == nominatedStart.length) {
            throw new Malformed("Connection names more than 32 fields");
        } else {
            nominatedStart[nominated] = start;
            nominatedEnd[nominated++] = end;
        }
    }

    /** Drops the fields Connection names; one that frames or routes the message must not be. */
    final void dropNominated() {
        for (int n = 0; n < nominated; n++) {
            for (byte[] name : Names.NEVER_NOMINATED) {
                if (Octets.equalsIgnoreCase(bytes, nominatedStart[n], nominatedEnd[n], name)) {
                    throw new Malformed("Connection names '" + new String(name, ISO_8859_1) + "'");
                }
            }
            for (int i = 0; i < fields; i++) {
                dropped[i] |=
                        Octets.equalsIgnoreCase(
                                bytes,
                                nameStart[i],
                                nameEnd[i],
                                nominatedStart[n],
                                nominatedEnd[n]);
            }
        }
    }

    /**
     * Adds a field as if it had come last.
     *
     * @param line with its colon, one space and its end
     * @param nameLength octets of the name
     */
    public final void add(byte[] line, int nameLength) {
        int start = nameStart[fields];
        if (fields + 1 == nameStart.length || start + line.length > bytes.length) {
            throw new IllegalStateException("no room for another field");
        }
        int end = put(bytes, start, line);
        nameEnd[fields] = start + nameLength;
        valueStart[fields] = start + nameLength + 2;
        valueEnd[fields] = end - 2;
        dropped[fields] = false;
        fields++;
        nameStart[fields] = end;
    }

    /** Copies the fields that pass, in runs, to the place; returns the place behind them. */
    final int copyFields(byte[] out, int to) {
        int at = to;
        int i = 0;
        while (i < fields) {
            if (dropped[i]) {
                i++;
                continue;
            }
            int first = nameStart[i];
            while (i < fields && !dropped[i]) {
                i++;
            }
            int length = nameStart[i] - first;
            System.arraycopy(bytes, first, out, at, length);
            at += length;
        }
        return at;
    }

    /** Octets of the head that was read. */
    public final int size() {
        return nameStart[fields] + 2;
    }

    public final int fields() {
        return fields;
    }

    /** Whether a field of this name, in lower case, is passed on. */
    public final boolean has(byte[] name) {
        for (int i = 0; i < fields; i++) {
            if (!dropped[i] && nameIs(i, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the field at the index is passed on and has this name, in lower case. */
    public final boolean named(int index, byte[] name) {
        return !dropped[index] && nameIs(index, name);
    }

    /**
     * The values of all fields of this name, in lower case, as one list; empty if there is none.
     */
    public final String field(byte[] name) {
        String list = "";
        for (int i = 0; i < fields; i++) {
            if (named(i, name)) {
                list = list.isEmpty() ? value(i) : list + ", " + value(i);
            }
        }
        return list;
    }

    /** Passes on no field of this name, in lower case. */
    public final void drop(byte[] name) {
        for (int i = 0; i < fields; i++) {
            dropped[i] |= nameIs(i, name);
        }
    }

    /** Whether the field at the index is passed on. */
    public final boolean passes(int index) {
        return !dropped[index];
    }

    /**
     * The octets the places of fields point into, for readers that need no text. Not to be written.
     */
    public final byte[] octets() {
        return bytes;
    }

    public final int nameStart(int index) {
        return nameStart[index];
    }

    public final int nameEnd(int index) {
        return nameEnd[index];
    }

    public final int valueStart(int index) {
        return valueStart[index];
    }

    public final int valueEnd(int index) {
        return valueEnd[index];
    }

    public final String name(int index) {
        return text(nameStart[index], nameEnd[index]);
    }

    public final String value(int index) {
        return text(valueStart[index], valueEnd[index]);
    }

    final String text(int start, int end) {
        return new String(bytes, start, end - start, ISO_8859_1);
    }

    public final boolean chunked() {
        return chunked;
    }

    /** Length of the body as stated, or -1. */
    public final long contentLength() {
        return contentLength;
    }

    static int put(byte[] out, int at, byte[] text) {
        System.arraycopy(text, 0, out, at, text.length);
        return at + text.length;
    }

    @Override
    public final String toString() {
        return text(0, fields == 0 ? Math.min(limit, 80) : nameStart[fields]);
    }
}
