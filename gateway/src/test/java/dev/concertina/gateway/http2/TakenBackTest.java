package dev.concertina.gateway.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks ahead of Netty's own reader, which says how far it has come. */
class TakenBackTest {
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int UNKNOWN = 0x7F;

    private final TakenBack takenBack = new TakenBack();
    private final DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ByteBuf received = Unpooled.buffer();

    /** Streams that were announced to be reset, and were not yet. */
    private final Set<Integer> announced = new HashSet<>();

    /** Streams that were met in these octets, and not announced to be reset. */
    private final Set<Integer> meant = new HashSet<>();

    private int resets;

    private final Http2FrameListener listener =
            new Http2FrameAdapter() {
                @Override
                public void onUnknownFrame(
                        ChannelHandlerContext context,
                        byte type,
                        int stream,
                        Http2Flags flags,
                        ByteBuf payload) {
                    if (takenBack.has(stream)) {
                        announced.add(stream);
                    } else {
                        meant.add(stream);
                    }
                }

                @Override
                public void onRstStreamRead(ChannelHandlerContext context, int stream, long error) {
                    assertThat(meant).doesNotContain(stream);
                    if (announced.remove(stream)) {
                        resets++;
                    }
                }
            };

    @AfterEach
    void close() {
        reader.close();
        received.release();
        var _ = channel.finishAndReleaseAll();
    }

    private static void frame(ByteBuf to, int type, int stream, int length, Random random) {
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        to.writeMedium(length).writeByte(type).writeByte(0).writeInt(stream).writeBytes(payload);
    }

    /** As a decoder does that gets octets: on and on, also behind a stream's error. */
    private void receive(ByteBuf octets) throws Http2Exception {
        meant.clear();
        received.discardReadBytes().writeBytes(octets);
        boolean again = true;
        while (again && received.isReadable()) {
            again = false;
            takenBack.look(received);
            try {
                reader.readFrame(channel.pipeline().firstContext(), received, listener);
            } catch (Http2Exception refused) {
                takenBack.refused();
                if (!Http2Exception.isStreamError(refused)) {
                    throw refused;
                }
                again = true;
            }
        }
    }

    @Test
    void seesWhatIsResetInTheSameOctetsAndNothingElse() throws Exception {
        var random = new Random(1);
        ByteBuf octets = Unpooled.buffer();
        frame(octets, UNKNOWN, 1, 20, random);
        frame(octets, UNKNOWN, 3, 20, random);
        frame(octets, RST_STREAM, 1, 4, random);
        takenBack.look(octets);
        assertThat(takenBack.has(1)).isTrue();
        assertThat(takenBack.has(3)).isFalse();
        takenBack.look(Unpooled.EMPTY_BUFFER);
        assertThat(takenBack.has(1)).isFalse();
    }

    /**
     * Whoever was announced to be reset is reset, however the octets are cut and whatever is
     * refused.
     */
    @Test
    void isNeverWrongHoweverTheOctetsCome() throws Exception {
        long seed = System.nanoTime();
        System.out.println("TakenBackTest seed " + seed);
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            ByteBuf octets = Unpooled.buffer();
            int stream = 1;
            for (int frames = random.nextInt(12); frames >= 0; frames--) {
                switch (random.nextInt(4)) {
                    case 0 -> frame(octets, RST_STREAM, stream, 4, random);
                    case 1 -> {
                        // One octet short: an error of this stream alone.
                        frame(octets, PRIORITY, stream, 4, random);
                        refused++;
                    }
                    default -> {
                        // Payloads look like frames too.
                        stream += 2;
                        frame(octets, UNKNOWN, stream, random.nextInt(40), random);
                    }
                }
            }
            while (octets.isReadable()) {
                receive(octets.readSlice(1 + random.nextInt(octets.readableBytes())));
                assertThat(announced).as("seed %d round %d", seed, round).isEmpty();
            }
        }
        assertThat(resets).isPositive();
        assertThat(refused).isPositive();
    }
}
