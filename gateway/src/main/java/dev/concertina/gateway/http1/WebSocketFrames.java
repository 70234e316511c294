package dev.concertina.gateway.http1;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455 section 5.2) without changing them.
 */
public final class WebSocketFrames {
    private static final int CLOSE = 8;

    private int header;
    private int headerLength = 2;
    private int opcode;
    private long payload;
    private boolean closeSeen;

    public boolean betweenFrames() {
        return header == 0;
    }

    /** Whether a whole close frame has passed. */
    public boolean closeSeen() {
        return closeSeen;
    }

    /**
     * Follows the octets.
     *
     * @param stop whether to stop at the first boundary, which may be the start
     * @return the place reached
     */
    public int pass(ByteBuf octets, int from, int to, boolean stop) {
        int at = from;
        while (at < to && !(stop && betweenFrames())) {
            if (header < headerLength) {
                headerOctet(octets.getByte(at++) & 0xFF);
            } else {
                int step = (int) Math.min(payload, to - at);
                payload -= step;
                at += step;
            }
            if (header == headerLength && payload == 0) {
                closeSeen |= opcode == CLOSE;
                header = 0;
                headerLength = 2;
            }
        }
        return at;
    }

    private void headerOctet(int octet) {
        header++;
        if (header == 1) {
            opcode = octet & 15;
        } else if (header == 2) {
            int length = octet & 127;
            int more = length == 126 ? 2 : length == 127 ? 8 : 0;
            headerLength = 2 + more + ((octet & 128) == 0 ? 0 : 4);
            payload = more == 0 ? length : 0;
            lengthEnd = 2 + more;
        } else if (header <= lengthEnd) {
            payload = payload << 8 | octet;
        }
    }

    private int lengthEnd;
}
