package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.route.TargetState;
import io.netty.buffer.ByteBuf;

/** The client's side of one exchange. Buffers given to it are its own to release. */
interface Downstream {
    /** A 1xx response; others follow. */
    void interim(ResponseHead head);

    /**
     * The head of the final response.
     *
     * @param untilClose whether only the end of the connection ends its body
     */
    void responseHead(ResponseHead head, TargetState target, boolean untilClose);

    /** Whether the body is wanted with its chunk framing as it came. */
    boolean wantsChunks();

    void responseBody(ByteBuf content);

    void responseEnd();

    /** The stream ends here, complete although the instance would have gone on. */
    void responseEndEarly(boolean chunked);

    /** From here on octets pass in both directions. */
    void upgraded(ResponseHead head, TargetState target);

    /** Nothing of a final response was sent and none will come. */
    void failed(int status, String reason);

    /** A response was begun and cannot be completed: the client must be able to tell. */
    void cut();

    boolean writable();

    /** Whether the client may send more of its request. */
    void readMore(boolean more);
}
