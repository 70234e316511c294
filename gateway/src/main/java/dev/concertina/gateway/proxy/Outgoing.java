package dev.concertina.gateway.proxy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A request on its way out: what of it waits for a connection, or may have to be sent again. */
final class Outgoing {
    private final ArrayDeque<ByteBuf> body = new ArrayDeque<>();
    private @Nullable ByteBuf head;
    private boolean bodySent;

    void begin(ByteBuf forwarded) {
        head = forwarded;
        bodySent = false;
    }

    /** A part of the body that has to wait. */
    void add(ByteBuf part) {
        body.add(part);
    }

    boolean bodyWaits() {
        return !body.isEmpty();
    }

    /** A part of the body went past this to the connection. */
    void passed() {
        bodySent = true;
    }

    /** Whether the whole of what was sent is still here to be sent again. */
    boolean repeatable() {
        return head != null && !bodySent;
    }

    /**
     * Writes what there is.
     *
     * @param again whether another try may need the head
     */
    void writeTo(UpstreamConnection connection, boolean again) {
        ByteBuf bytes = head;
        if (bytes == null) {
            throw new IllegalStateException("head was given away");
        }
        if (again) {
            connection.write(bytes.retainedDuplicate());
        } else {
            head = null;
            connection.write(bytes);
        }
        for (ByteBuf part = body.poll(); part != null; part = body.poll()) {
            bodySent = true;
            connection.write(part);
        }
    }

    /** The request will not be sent again. */
    void releaseHead() {
        if (head != null) {
            head.release();
            head = null;
        }
    }

    void releaseBody() {
        for (ByteBuf part = body.poll(); part != null; part = body.poll()) {
            part.release();
        }
    }
}
