package dev.concertina.gateway.observe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The file with one line of JSON a request. Event loops put entries into a ring and never wait; one
 * thread writes them. When the ring is full, or the file cannot be written, lines are dropped and
 * counted. A file that was moved away is made anew within a second, so that any tool may rotate it.
 */
public final class AccessLog implements AutoCloseable {
    private static final int RING = 8192;
    private static final int BATCH = 512;
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long LOOK_NANOS = 1_000_000_000;

    private final Path path;
    private final AtomicReferenceArray<@Nullable AccessEntry> ring;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile boolean closing;
    private @Nullable FileChannel file;
    private @Nullable Object fileKey;
    private long lookedAt;

    private AccessLog(Path path, int capacity) {
        this.path = path;
        ring = new AtomicReferenceArray<>(capacity);
        writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::run);
    }

    /**
     * Writes to the end of this file, which is made if it is not there.
     *
     * @throws IOException if it cannot be opened
     */
    public static AccessLog open(Path path) throws IOException {
        return open(path, RING);
    }

    static AccessLog open(Path path, int capacity) throws IOException {
        AccessLog log = new AccessLog(path, capacity);
        log.reopen();
        log.writer.start();
        return log;
    }

    public Path path() {
        return path;
    }

    /** Takes an entry, or drops it if the writer is too far behind. Any thread. */
    public void add(AccessEntry entry) {
        while (true) {
            long place = written.get();
            if (place - taken.get() >= ring.length()) {
                dropped.incrementAndGet();
                return;
            }
            if (written.compareAndSet(place, place + 1)) {
                ring.setRelease((int) (place % ring.length()), entry);
                return;
            }
        }
    }

    /** Lines that are not in the file and never will be. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes what was taken so far, and ends. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        StringBuilder lines = new StringBuilder();
        AccessLine line = new AccessLine(lines);
        while (true) {
            boolean last = closing;
            int count = take(line);
            if (count > 0) {
                write(lines, count);
                lines.setLength(0);
            } else if (last) {
                closeFile();
                return;
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private int take(AccessLine line) {
        int count = 0;
        while (count < BATCH) {
            long place = taken.get();
            AccessEntry entry = ring.getAndSet((int) (place % ring.length()), null);
            if (entry == null) {
                return count;
            }
            taken.set(place + 1);
            line.add(entry);
            count++;
        }
        return count;
    }

    private void write(StringBuilder lines, int count) {
        try {
            reopenIfMoved();
            FileChannel open = Objects.requireNonNull(file);
            ByteBuffer octets = ByteBuffer.wrap(lines.toString().getBytes(US_ASCII));
            while (octets.hasRemaining()) {
                open.write(octets);
            }
        } catch (IOException unwritable) {
            dropped.addAndGet(count);
            closeFile();
        }
    }

    private void reopenIfMoved() throws IOException {
        if (file == null) {
            reopen();
            return;
        }
        long now = System.nanoTime();
        if (now - lookedAt < LOOK_NANOS) {
            return;
        }
        lookedAt = now;
        if (!Objects.equals(fileKey, key())) {
            closeFile();
            reopen();
        }
    }

    private void reopen() throws IOException {
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
        fileKey = key();
        lookedAt = System.nanoTime();
    }

    /** Which file has the name now; null if none. */
    private @Nullable Object key() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException none) {
            return null;
        }
    }

    private void closeFile() {
        FileChannel open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException lost) {
                // Whatever was in it is written or lost; a new one is opened for the next lines.
            }
        }
    }
}
