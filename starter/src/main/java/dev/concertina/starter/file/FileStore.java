package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * Where files are kept. A file is there from the moment its writing is committed, whole, or not at
 * all. Any call may throw {@link Outage}.
 */
interface FileStore extends AutoCloseable {
    /** For messages and metrics, such as {@code s3}. */
    String kind();

    /** Begins a file nobody sees yet. */
    Writing begin(FileKey key, String name, String type);

    Optional<StoredFile> find(FileKey key);

    /**
     * A part of the content. It takes what it needs while it is read, and no more memory for a
     * longer one.
     *
     * @param length more than 0; {@code from + length} is at most the file's size
     * @return empty when there is no such file
     */
    Optional<InputStream> open(FileKey key, long from, long length);

    /**
     * @return false when there was none
     */
    boolean delete(FileKey key);

    /**
     * Forgets what was begun, was not written to since, and never committed. Several instances may
     * call it at once.
     *
     * @return how many
     */
    int clean(Instant before);

    /** Whether it answers; throws {@link Outage} if not. */
    void check();

    /** A link straight to the store, if its server can check one itself. */
    default Optional<URI> link(FileKey key, StoredFile file, Link link) {
        return Optional.empty();
    }

    @Override
    default void close() {}

    /** One file on its way in. Not for use by several threads. */
    interface Writing extends AutoCloseable {
        void write(byte[] bytes, int offset, int count) throws IOException;

        /** From now on the file is there. */
        void commit(long size, String sha256, Instant at) throws IOException;

        /** Forgets everything unless it was committed. */
        @Override
        void close();
    }
}
