package dev.concertina.starter.cache;

import java.util.function.LongSupplier;

/** A cache of versions, as one instance sees it. Any call may throw: then nothing is known. */
public interface CheckedCache extends AutoCloseable {
    /** A request begins in this thread. */
    void begin();

    /** The request of this thread ends. */
    void end();

    /** Reads a version, from wherever it is. */
    long get(int key, LongSupplier loader);

    /** The same in the three steps of {@code @Cacheable}: look, load, put. */
    default long getInSteps(int key, LongSupplier loader) {
        return get(key, loader);
    }

    /** Removes a version; when it returns nobody may read it again. */
    void evict(int key);

    /** Writes a version; when it returns nobody may read an older one again. */
    void put(int key, long version);

    void clear();

    /** Reads so far that this instance answered itself. */
    long near();

    /** Reads so far that the shared store answered; 0 where it cannot be told. */
    long far();

    @Override
    void close();
}
