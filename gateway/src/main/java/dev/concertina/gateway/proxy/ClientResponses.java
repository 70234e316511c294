package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.Field;
import dev.concertina.gateway.http1.Method;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.http1.ResponseHead.Persistence;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.AsciiString;
import java.util.List;

/** The responses to one HTTP/1.1 client, and what they say about its connection. */
final class ClientResponses implements Downstream {
    private static final int HEAD_ROOM = 1024;
    private static final AsciiString LAST_CHUNK = AsciiString.cached("0\r\n\r\n");

    private final Worker worker;
    private final Channel channel;
    private final ClientConnection connection;
    private final ClientOutput output;
    private boolean persistent;
    private boolean http10;
    private boolean headOnly;
    private boolean closeAfter;

    ClientResponses(Worker worker, Channel channel, ClientConnection connection) {
        this.worker = worker;
        this.channel = channel;
        this.connection = connection;
        this.output = new ClientOutput(worker, channel);
    }

    ClientOutput output() {
        return output;
    }

    /** A request was read. */
    void begin(RequestHead request) {
        persistent = request.persistent() && !worker.shared().leaving();
        http10 = request.http10();
        headOnly = request.method() == Method.HEAD;
        closeAfter = false;
    }

    /** A request came that could not be read. */
    void beginUnread() {
        http10 = false;
        headOnly = false;
    }

    /** The response under way is the last on this connection. */
    void beLast() {
        persistent = false;
    }

    @Override
    public void interim(ResponseHead head) {
        if (http10) {
            return;
        }
        ByteBuf octets = channel.alloc().ioBuffer(HEAD_ROOM);
        head.writeForwarded(octets, Persistence.DEFAULT);
        output.send(octets);
    }

    @Override
    public void responseHead(ResponseHead head, boolean untilClose) {
        boolean dechunk = http10 && head.chunked();
        // What a client still sends after an early response cannot be told from its next request.
        closeAfter =
                !persistent
                        || worker.shared().leaving()
                        || !connection.requestRead()
                        || untilClose
                        || dechunk;
        if (dechunk) {
            head.dropChunked();
        }
        ByteBuf octets = channel.alloc().ioBuffer(HEAD_ROOM);
        head.writeForwarded(octets, persistence());
        output.head(octets);
    }

    private Persistence persistence() {
        if (closeAfter) {
            return Persistence.CLOSE;
        }
        return http10 ? Persistence.KEEP_ALIVE : Persistence.DEFAULT;
    }

    @Override
    public boolean wantsChunks() {
        return !http10;
    }

    @Override
    public void responseBody(ByteBuf content) {
        output.body(content);
    }

    @Override
    public void trailers(List<Field> trailers) {
        // HTTP/1.0 has none, and HTTP/1.1 gets them as they came.
    }

    @Override
    public void responseEnd() {
        connection.responded(closeAfter);
    }

    @Override
    public void responseEndEarly(boolean chunked) {
        if (chunked) {
            ByteBuf last = channel.alloc().ioBuffer(LAST_CHUNK.length());
            last.writeBytes(LAST_CHUNK.array());
            responseBody(last);
        }
        connection.responded(true);
    }

    @Override
    public void upgraded(ResponseHead head) {
        ByteBuf octets = channel.alloc().ioBuffer(HEAD_ROOM);
        head.writeForwarded(octets, Persistence.UPGRADE);
        output.send(octets);
        connection.tunnel();
    }

    @Override
    public void failed(Answer answer) {
        boolean read = connection.requestRead() || connection.requestNearlyRead();
        boolean close = !persistent || !read || http10 || isAboutBody(answer.status());
        output.send(Answers.write(channel.alloc(), answer, close, headOnly));
        connection.responded(close);
        worker.flush();
    }

    /** Who was late with a body, or sends too much of it, is not listened to any longer. */
    private static boolean isAboutBody(int status) {
        return status == 408 || status == 413;
    }

    @Override
    public void cut() {
        connection.cut();
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void readMore(boolean more) {
        connection.readMore(more);
    }
}
