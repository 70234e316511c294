package dev.concertina.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class WebSocketFramesTest {
    private final WebSocketFrames frames = new WebSocketFrames();

    @Test
    void knowsTheBoundariesOfFramesOfEverySize() {
        ByteBuf octets = Unpooled.buffer();
        octets.writeBytes(new byte[] {(byte) 0x81, 2, 'h', 'i'});
        octets.writeBytes(new byte[] {(byte) 0x82, 126, 1, 0}).writeZero(256);
        octets.writeBytes(new byte[] {(byte) 0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}).writeZero(65536);
        octets.writeBytes(new byte[] {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4});
        int[] boundaries = {4, 264, 65810, 65816};
        int found = 0;
        for (int at = 0; at < octets.writerIndex(); at++) {
            frames.pass(octets, at, at + 1, false);
            if (frames.betweenFrames()) {
                assertThat(at + 1).isEqualTo(boundaries[found++]);
            }
        }
        assertThat(found).isEqualTo(boundaries.length);
        assertThat(frames.closeSeen()).isFalse();
    }

    @Test
    void stopsAtABoundaryAndSeesClose() {
        ByteBuf octets =
                Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, 1, 'x', (byte) 0x88, 2, 3, 4});
        assertThat(frames.pass(octets, 0, 2, true)).isEqualTo(0);
        frames.pass(octets, 0, 2, false);
        assertThat(frames.pass(octets, 2, 7, true)).isEqualTo(3);
        frames.pass(octets, 3, 7, false);
        assertThat(frames.closeSeen()).isTrue();
    }
}
