package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BodyEncoderTest {
    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
    private final BodyEncoders encoders = new BodyEncoders(alloc);

    @AfterEach
    void nothingIsLeft() {
        encoders.close();
        assertThat(alloc.metric().usedDirectMemory()).isZero();
        assertThat(alloc.metric().usedHeapMemory()).isZero();
    }

    private static InputStream decoder(Coding coding, byte[] octets) throws IOException {
        InputStream in = new ByteArrayInputStream(octets);
        return switch (coding) {
            case GZIP -> new GZIPInputStream(in);
            case ZSTD -> new ZstdInputStream(in);
            case BR -> {
                Brotli4jLoader.ensureAvailability();
                BrotliInputStream decoder = new BrotliInputStream(in);
                decoder.enableEagerOutput();
                yield decoder;
            }
        };
    }

    private static void move(ByteBuf from, ByteArrayOutputStream to) throws IOException {
        from.readBytes(to, from.readableBytes());
        from.release();
    }

    private ByteBuf part(Random random, byte[] content) {
        return switch (random.nextInt(3)) {
            case 0 -> alloc.directBuffer(Math.max(1, content.length)).writeBytes(content);
            case 1 -> alloc.heapBuffer(Math.max(1, content.length)).writeBytes(content);
            default -> {
                int half = content.length / 2;
                yield alloc.compositeBuffer()
                        .addComponent(true, alloc.directBuffer().writeBytes(content, 0, half))
                        .addComponent(
                                true,
                                alloc.heapBuffer()
                                        .writeBytes(content, half, content.length - half));
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void whatComesOutIsWhatWentIn(Coding coding) throws IOException {
        assumeThat(coding.available()).isTrue();
        long seed = System.nanoTime();
        System.out.println("BodyEncoderTest seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 40; run++) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            try (BodyEncoder encoder = encoders.encoder(coding)) {
                for (int n = random.nextInt(6); n > 0; n--) {
                    byte[] content = new byte[random.nextInt(40_000)];
                    if (random.nextBoolean()) {
                        random.nextBytes(content);
                    }
                    plain.writeBytes(content);
                    move(encoder.encode(part(random, content), random.nextBoolean()), encoded);
                }
                move(encoder.finish(), encoded);
            }
            assertThat(decoder(coding, encoded.toByteArray()).readAllBytes())
                    .as("seed %d", seed)
                    .isEqualTo(plain.toByteArray());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFlushedPartCanBeReadAtOnce(Coding coding) throws IOException {
        assumeThat(coding.available()).isTrue();
        byte[] event = "data: one\n\n".getBytes(UTF_8);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (BodyEncoder encoder = encoders.encoder(coding)) {
            for (int i = 1; i <= 3; i++) {
                move(encoder.encode(part(new Random(i), event), true), encoded);
                InputStream in = decoder(coding, encoded.toByteArray());
                byte[] read = new byte[i * event.length];
                for (int at = 0; at < read.length; at++) {
                    // One by one: some decoders want more than there is for several.
                    read[at] = (byte) in.read();
                }
                assertThat(read).endsWith(event);
            }
            // Nothing new: nothing is sent for it.
            int before = encoded.size();
            move(encoder.encode(alloc.buffer(0), true), encoded);
            assertThat(encoded.size()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsGivenUpLeavesNothing(Coding coding) {
        assumeThat(coding.available()).isTrue();
        BodyEncoder encoder = encoders.encoder(coding);
        encoder.encode(alloc.buffer().writeZero(100_000), false).release();
        encoder.close();
        encoder.close();
        ByteBuf late = alloc.buffer().writeZero(10);
        assertThatThrownBy(() -> encoder.encode(late, false))
                .isInstanceOf(IllegalStateException.class);
        assertThat(late.refCnt()).isZero();
        assertThatThrownBy(encoder::finish).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void textBecomesSmall(Coding coding) throws IOException {
        assumeThat(coding.available()).isTrue();
        byte[] text = "{\"id\":17,\"name\":\"concertina\"},\n".repeat(500).getBytes(UTF_8);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (BodyEncoder encoder = encoders.encoder(coding)) {
            move(encoder.encode(alloc.buffer().writeBytes(text), false), encoded);
            move(encoder.finish(), encoded);
        }
        assertThat(encoded.size()).isLessThan(text.length / 20);
    }
}
