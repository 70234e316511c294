package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.Field;
import dev.concertina.gateway.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The client's side of one {@link Exchange}: an HTTP/1.1 connection, or a stream of an HTTP/2 one.
 * Called by the exchange on the worker's thread, in this order:
 *
 * <pre>
 * interim* ( failed
 *          | responseHead responseBody* ( trailers? responseEnd | responseEndEarly | cut )
 *          | upgraded responseBody* ( responseEndEarly | cut ) )
 * </pre>
 *
 * With the last call the exchange has let go of everything and may be started again, even from
 * within that call. After {@link Exchange#abort} nothing more is called. Buffers given are the
 * receiver's to release; a head is valid during the call only. What is written here is sent when
 * the worker flushes ({@link Worker#dirty}).
 */
public interface Downstream {
    /** A 1xx response other than 101; others follow. */
    void interim(ResponseHead head);

    /**
     * The head of the final response. Its fields, additions of the gateway included, are those of
     * {@link ResponseHead#fields()} that {@link ResponseHead#passes}.
     *
     * @param untilClose whether the instance ends the body by closing its connection; here it ends
     *     with {@link #responseEnd} all the same
     */
    void responseHead(ResponseHead head, boolean untilClose);

    /**
     * Whether a chunked body is wanted with its framing and trailers as they came. Else {@link
     * #responseBody} gets content alone, and {@link #trailers} what came behind it. Asked before
     * the first part of a body, and answered alike to its end.
     */
    boolean wantsChunks();

    /** A part of the body, or octets of a tunnel. */
    void responseBody(ByteBuf content);

    /** The trailers of a chunked body, at least one; not called where chunks are wanted. */
    void trailers(List<Field> trailers);

    /** The response is complete. */
    void responseEnd();

    /**
     * The stream ends here, complete although the instance would have gone on: a tunnel, or a body
     * whose client comes back for more.
     *
     * @param chunked whether a last chunk has to be sent to make it whole
     */
    void responseEndEarly(boolean chunked);

    /** The instance has agreed to a WebSocket (101): from here on octets pass both ways. */
    void upgraded(ResponseHead head);

    /** Nothing of a final response was sent; this one is to be. */
    void failed(Answer answer);

    /** A response was begun and cannot be completed: the client must be able to tell. */
    void cut();

    /**
     * Whether the client takes more. When that changes to false the instance is read no more, until
     * {@link Exchange#clientWritable} says otherwise.
     */
    boolean writable();

    /** Whether the client may send more of its request. May be said again and again. */
    void readMore(boolean more);
}
