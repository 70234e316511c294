package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A WebSocket on its way. It can be told to go away: then the client gets a close frame with status
 * 1012 (service restart) at the next boundary between frames of the instance, and what the client
 * still sends goes on to the instance, up to its own close frame.
 */
final class Tunnel {
    private static final byte[] SERVICE_RESTART = {(byte) 0x88, 2, 0x03, (byte) 0xF4};

    private final WebSocketFrames fromInstance = new WebSocketFrames();
    private final WebSocketFrames fromClient = new WebSocketFrames();
    private boolean leaving;
    private boolean closeSent;

    void fromClient(ByteBuf octets) {
        fromClient.pass(octets, octets.readerIndex(), octets.writerIndex(), false);
    }

    void fromInstance(ByteBuf octets, Reply client) {
        if (closeSent) {
            octets.release();
            return;
        }
        int start = octets.readerIndex();
        int end = fromInstance.pass(octets, start, octets.writerIndex(), leaving);
        if (leaving && fromInstance.betweenFrames()) {
            client.body(octets.readSlice(end - start).retain());
            octets.release();
            sendClose(client);
        } else {
            client.body(octets);
        }
    }

    void goAway(Reply client) {
        leaving = true;
        if (!closeSent && fromInstance.betweenFrames()) {
            sendClose(client);
        }
    }

    private void sendClose(Reply client) {
        closeSent = true;
        // Where the instance has said close itself, a second one would be wrong.
        if (!fromInstance.closeSeen()) {
            client.body(Unpooled.wrappedBuffer(SERVICE_RESTART));
        }
    }
}
