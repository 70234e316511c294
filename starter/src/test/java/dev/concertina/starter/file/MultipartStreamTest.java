package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultipartStreamTest {
    private static final String BOUNDARY = "-bound";

    /** Gives as many octets at a time as chance wants. */
    private static final class Dripping extends InputStream {
        private final InputStream in;
        private final Random random;
        private final int most;

        Dripping(byte[] bytes, Random random, int most) {
            this.in = new ByteArrayInputStream(bytes);
            this.random = random;
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            return in.read(bytes, offset, Math.min(count, 1 + random.nextInt(most)));
        }
    }

    // Content full of what looks like the end of it.
    private static byte[] content(Random random) {
        var content = new ByteArrayOutputStream();
        var lures =
                List.of("\r", "\n", "\r\n", "\r\n-", "\r\n--", "\r\n---boun", "--" + BOUNDARY, "x");
        // Long content is seldom harmless: the shorter half sees to it that enough is read.
        int pieces = random.nextInt(random.nextBoolean() ? 20 : 300);
        for (int i = 0; i < pieces; i++) {
            if (random.nextInt(20) == 0) {
                content.writeBytes(new byte[random.nextInt(70_000)]);
            }
            content.writeBytes(
                    lures.get(random.nextInt(lures.size())).getBytes(StandardCharsets.US_ASCII));
        }
        return content.toByteArray();
    }

    private static boolean isHarmless(byte[] content) {
        var text = new String(content, StandardCharsets.ISO_8859_1);
        return !("\r\n" + text + "\r\n").contains("\r\n--" + BOUNDARY);
    }

    private static byte[] body(List<byte[]> contents) {
        var body = new ByteArrayOutputStream();
        for (var content : contents) {
            body.writeBytes(
                    ("--" + BOUNDARY + "\r\nA: b\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            body.writeBytes(content);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + BOUNDARY + "--").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    @Test
    void whateverChanceMakesOfItIsReadAsItWasWritten() throws IOException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 1_000; round++) {
            var contents = new ArrayList<byte[]>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                var content = content(random);
                if (isHarmless(content)) {
                    contents.add(content);
                }
            }
            int most = random.nextBoolean() ? 7 : 100_000;
            var stream = new MultipartStream(new Dripping(body(contents), random, most), BOUNDARY);
            for (var content : contents) {
                assertThat(stream.nextPart()).as("seed %d", seed).isTrue();
                assertThat(stream.line(100)).isEqualTo("A: b");
                assertThat(stream.line(100)).isEmpty();
                if (random.nextInt(5) > 0) {
                    assertThat(stream.part().readAllBytes()).as("seed %d", seed).isEqualTo(content);
                    read++;
                }
            }
            assertThat(stream.nextPart()).isFalse();
            assertThat(stream.nextPart()).isFalse();
        }
        assertThat(read).as("seed %d", seed).isGreaterThan(100);
    }

    @Test
    void aBodyCutAnywhereIsNeverTakenForAWholeOne() throws IOException {
        var whole = body(List.of("content".getBytes(StandardCharsets.UTF_8)));
        for (int length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(
                            () -> {
                                var stream =
                                        new MultipartStream(
                                                new ByteArrayInputStream(cut), BOUNDARY);
                                stream.nextPart();
                                stream.line(100);
                                stream.line(100);
                                stream.part().readAllBytes();
                                stream.nextPart();
                            })
                    .as("cut at %d", length)
                    .isInstanceOf(FileRefused.class);
        }
    }

    @Test
    void aPreambleAndBlanksAfterABoundaryArePassedOver() throws IOException {
        var text =
                "preamble\r\n--"
                        + BOUNDARY
                        + " \t\r\n\r\nhello\r\n--"
                        + BOUNDARY
                        + "--\r\nepilogue";
        var stream =
                new MultipartStream(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), BOUNDARY);
        assertThat(stream.nextPart()).isTrue();
        assertThat(stream.line(10)).isEmpty();
        assertThat(stream.part().readAllBytes()).asString().isEqualTo("hello");
        assertThat(stream.nextPart()).isFalse();
    }

    @Test
    void aHeadWithoutEndIsRefused() throws IOException {
        var text = "--" + BOUNDARY + "\r\n" + "x".repeat(1000);
        var stream =
                new MultipartStream(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), BOUNDARY);
        stream.nextPart();
        assertThatThrownBy(() -> stream.line(100)).isInstanceOf(FileRefused.class);
    }
}
