package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of files does. */
abstract class FileStoreContract {
    static final String TENANT = "contract";

    private static final long SEED = new Random().nextLong();
    private static final Instant AT = Instant.parse("2026-11-20T12:34:56.789Z");

    private final Random random = new Random(SEED);

    FileStoreContract() {
        System.out.println(getClass().getSimpleName() + " seed " + SEED);
    }

    abstract FileStore store();

    /** How much is kept as one piece; sizes around it are tried. */
    abstract int piece();

    /** What uploads that did not end have left, of those of {@value #TENANT}. */
    abstract long leftovers() throws Exception;

    private byte[] content(int size) {
        var content = new byte[size];
        random.nextBytes(content);
        return content;
    }

    private static String hash(byte[] content) {
        var hash = new Sha256();
        hash.add(content, 0, content.length);
        return hash.hex();
    }

    private StoredFile put(FileKey key, String name, byte[] content) throws IOException {
        try (var writing = store().begin(key, name, "application/x-test")) {
            write(writing, content);
            writing.commit(content.length, hash(content), AT);
        }
        return new StoredFile(
                key.id(), name, "application/x-test", content.length, hash(content), AT);
    }

    private void write(FileStore.Writing writing, byte[] content) throws IOException {
        for (int at = 0; at < content.length; ) {
            int count = Math.min(content.length - at, 1 + random.nextInt(100_000));
            writing.write(content, at, count);
            at += count;
        }
    }

    private byte[] read(FileKey key, long from, long length) throws IOException {
        try (InputStream in = store().open(key, from, length).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    @Test
    void whatWasCommittedIsReadBackWhole() throws IOException {
        int piece = piece();
        for (int size : List.of(1, 511, piece - 1, piece, piece + 1, 2 * piece + 4711)) {
            var key = FileKey.next(TENANT);
            var content = content(size);
            var put = put(key, "a file.bin", content);
            assertThat(store().find(key)).contains(put);
            assertThat(hash(read(key, 0, size))).isEqualTo(hash(content));
        }
    }

    @Test
    void anEmptyFileIsAFile() throws IOException {
        var key = FileKey.next(TENANT);
        var put = put(key, "empty", new byte[0]);
        assertThat(store().find(key)).contains(put);
    }

    @Test
    void everyPartCanBeRead() throws IOException {
        int size = 2 * piece() + 333;
        var key = FileKey.next(TENANT);
        var content = content(size);
        put(key, "parts", content);
        for (int i = 0; i < 12; i++) {
            int from = random.nextInt(size);
            int length = 1 + random.nextInt(Math.min(size - from, 200_000));
            assertThat(read(key, from, length))
                    .isEqualTo(Arrays.copyOfRange(content, from, from + length));
        }
        assertThat(read(key, size - 1, 1)).containsExactly(content[size - 1]);
        // Whoever stops early does no harm.
        try (var in = store().open(key, 0, size).orElseThrow()) {
            assertThat(in.read()).isEqualTo(content[0] & 0xff);
        }
    }

    @Test
    void nobodySeesAFileBeforeItIsCommitted() throws Exception {
        var key = FileKey.next(TENANT);
        var content = content(piece() + 100);
        try (var writing = store().begin(key, "half", "text/plain")) {
            write(writing, content);
            assertThat(store().find(key)).isEmpty();
            assertThat(store().open(key, 0, 1)).isEmpty();
        }
        assertThat(store().find(key)).isEmpty();
        assertThat(leftovers()).isZero();
    }

    @Test
    void whatNobodyFinishedIsForgottenAndCannotBeFinished() throws Exception {
        var whole = FileKey.next(TENANT);
        put(whole, "whole", content(10));
        var key = FileKey.next(TENANT);
        var content = content(2 * piece() + 100);
        // Its instance is gone: nobody closes this.
        var writing = store().begin(key, "half", "text/plain");
        write(writing, content);
        assertThat(leftovers()).isEqualTo(1);
        store().clean(Instant.now().minus(Duration.ofHours(1)));
        assertThat(leftovers()).as("young ones are somebody's").isEqualTo(1);
        // Others may clean at the same time.
        int cleaned = store().clean(Instant.now().plus(Duration.ofMinutes(5)));
        assertThat(cleaned).isPositive();
        assertThat(leftovers()).isZero();
        assertThatThrownBy(
                        () -> {
                            writing.write(content, 0, content.length);
                            writing.commit(content.length * 2L, hash(content), AT);
                        })
                .isInstanceOf(RuntimeException.class);
        assertThat(store().find(key)).isEmpty();
        assertThat(store().find(whole)).isPresent();
    }

    @Test
    void whatWasDeletedIsGone() throws Exception {
        var key = FileKey.next(TENANT);
        put(key, "gone", content(2 * piece()));
        assertThat(store().delete(key)).isTrue();
        assertThat(store().find(key)).isEmpty();
        assertThat(store().open(key, 0, 1)).isEmpty();
        assertThat(store().delete(key)).isFalse();
        assertThat(leftovers()).isZero();
    }

    @Test
    void aTenantsFileIsNoOtherTenants() throws IOException {
        var key = FileKey.next(TENANT);
        put(key, "mine", content(10));
        var other = new FileKey("other", key.id());
        assertThat(store().find(other)).isEmpty();
        assertThat(store().open(other, 0, 1)).isEmpty();
        assertThat(store().delete(other)).isFalse();
        assertThat(store().find(key)).isPresent();
    }

    @Test
    void anyNameIsKept() throws IOException {
        for (var name : List.of("Ümläut & 100 %.pdf", "合格証.png", "a+b=c;d\"e'f", " x")) {
            var key = FileKey.next(TENANT);
            put(key, name, content(10));
            assertThat(store().find(key).orElseThrow().name()).isEqualTo(name);
        }
    }

    @Test
    void uploadsAtTheSameTimeDoNotMix() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var contents = IntStream.range(0, 6).mapToObj(i -> content(piece() + i)).toList();
            var tasks =
                    contents.stream()
                            .<Callable<FileKey>>map(content ->
                                    () -> {
                                        var key = FileKey.next(TENANT);
                                        try (var writing = store().begin(key, "n", "a/b")) {
                                            writing.write(content, 0, content.length);
                                            writing.commit(content.length, hash(content), AT);
                                        }
                                        return key;
                                    })
                            .toList();
            var keys = threads.invokeAll(tasks);
            for (int i = 0; i < keys.size(); i++) {
                var content = contents.get(i);
                assertThat(hash(read(keys.get(i).get(), 0, content.length)))
                        .isEqualTo(hash(content));
            }
        }
    }

    @Test
    void timesAreKeptToTheMillisecond() throws IOException {
        var key = FileKey.next(TENANT);
        put(key, "t", content(2 * piece()));
        assertThat(store().find(key).orElseThrow().storedAt())
                .isEqualTo(AT.truncatedTo(ChronoUnit.MILLIS));
    }
}
