package dev.concertina.starter.cache;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What all processes of a run know at once, in memory they share: for each key the version that
 * stands in the database and the newest whose writer was told that it is in the cache; how much
 * each process has checked; and whether to stop.
 */
public final class Board {
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int STOP = 0;
    private static final int CHECKED = 8;
    private static final int STALE = 8 + 8 * 16;
    private static final int IDLE = STALE + 8;
    private static final int VERSIONS = 1024;
    private static final int KEY = 24;

    private final MappedByteBuffer memory;
    private final int keys;

    private Board(MappedByteBuffer memory, int keys) {
        this.memory = memory;
        this.keys = keys;
    }

    /** Opens it, empty if it is not there. */
    public static Board open(Path file, int keys) throws IOException {
        try (var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            return new Board(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, VERSIONS + (long) KEY * keys),
                    keys);
        }
    }

    private long get(int at) {
        return (long) LONGS.getVolatile(memory, at);
    }

    int keys() {
        return keys;
    }

    /** Writes a new version into the database. */
    long write(int key) {
        return (long) LONGS.getAndAdd(memory, VERSIONS + KEY * key, 1L) + 1;
    }

    /** Reads the version from the database. */
    long read(int key) {
        return get(VERSIONS + KEY * key);
    }

    /** Takes out the right to write it, as a database locks a row; false while another has it. */
    boolean lock(int key) {
        return LONGS.compareAndSet(memory, VERSIONS + KEY * key + 16, 0L, 1L);
    }

    void unlock(int key) {
        LONGS.setVolatile(memory, VERSIONS + KEY * key + 16, 0L);
    }

    /** The writer of this version was told that the cache knows. */
    void acknowledge(int key, long version) {
        int at = VERSIONS + KEY * key + 8;
        long before = get(at);
        while (before < version && !LONGS.compareAndSet(memory, at, before, version)) {
            before = get(at);
        }
    }

    /** The newest version whose writer was told so. */
    long acknowledged(int key) {
        return get(VERSIONS + KEY * key + 8);
    }

    void checked(int instance, long count) {
        var unused = (long) LONGS.getAndAdd(memory, CHECKED + 8 * instance, count);
    }

    /** Reads that were checked so far, by all. */
    long checked() {
        long sum = 0;
        for (int i = 0; i < 16; i++) {
            sum += get(CHECKED + 8 * i);
        }
        return sum;
    }

    void stale() {
        var unused = (long) LONGS.getAndAdd(memory, STALE, 1L);
    }

    /** Reads so far that gave an older version than they had to. */
    long staleReads() {
        return get(STALE);
    }

    /** Lets one instance serve no requests for a while; negative: all serve. */
    void idle(int instance) {
        LONGS.setVolatile(memory, IDLE, instance + 1L);
    }

    boolean isIdle(int instance) {
        return get(IDLE) == instance + 1;
    }

    void stop() {
        LONGS.setVolatile(memory, STOP, 1L);
    }

    boolean stopped() {
        return get(STOP) != 0;
    }
}
