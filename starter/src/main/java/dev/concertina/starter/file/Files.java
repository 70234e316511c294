package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Files that every instance sees. Content is streamed: a file of any size takes the same memory.
 * Nobody gets at one without the application, or a {@linkplain #link link} it made. Safe for use by
 * many threads; every method may throw {@link Outage} while the store does not answer.
 */
public final class Files {
    private static final int BLOCK = 64 * 1024;

    private final FileStore store;
    private final FileLimits limits;
    private final FileLinks links;
    private final FileStatistics statistics;
    private final Clock clock;
    private final Supplier<String> tenant;

    Files(
            FileStore store,
            FileLimits limits,
            FileLinks links,
            FileStatistics statistics,
            Clock clock,
            Supplier<String> tenant) {
        this.store = store;
        this.limits = limits;
        this.links = links;
        this.statistics = statistics;
        this.clock = clock;
        this.tenant = tenant;
    }

    /** The files of one tenant; needed outside requests where the application has tenants. */
    public Files in(Tenant tenant) {
        return in(Optional.of(tenant));
    }

    /** The same, or those of requests without a tenant: as a job says whose it is. */
    public Files in(Optional<Tenant> tenant) {
        var owner = tenant.map(Tenant::id).orElse(FileKey.NOBODY);
        return new Files(store, limits, links, statistics, clock, () -> owner);
    }

    /**
     * Stores what the stream gives, up to its end. When it returns, every instance finds the file,
     * and it survives any of them; if it throws, nothing is kept.
     *
     * @throws FileRefused if it is too large, of a type that is not wanted, or not what was
     *     announced
     * @throws IOException if the stream fails
     */
    public StoredFile put(InputStream content, Upload upload) throws IOException {
        try {
            limits.before(upload);
            var file = store(FileKey.next(tenant.get()), content, upload);
            statistics.stored.increment();
            return file;
        } catch (FileRefused e) {
            statistics.refused.increment();
            throw e;
        } catch (IOException | RuntimeException e) {
            statistics.failed.increment();
            throw e;
        }
    }

    /** Stores a request's body, as it is, with the type and size its fields name. */
    public StoredFile put(HttpServletRequest request, String name) throws IOException {
        return put(request.getInputStream(), Upload.of(request, name));
    }

    private StoredFile store(FileKey key, InputStream content, Upload upload) throws IOException {
        var block = new byte[BLOCK];
        int count = content.readNBytes(block, 0, Magic.LENGTH);
        var type = limits.type(upload, block, count);
        long most = limits.most(upload);
        long size = 0;
        var hash = new Sha256();
        try (var writing = store.begin(key, upload.name(), type)) {
            while (count > 0) {
                size += count;
                if (size > most) {
                    throw limits.tooLarge(upload);
                }
                hash.add(block, 0, count);
                writing.write(block, 0, count);
                statistics.bytesIn.add(count);
                count = content.readNBytes(block, 0, block.length);
            }
            var sha256 = hash.hex();
            FileLimits.after(upload, size, sha256);
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            writing.commit(size, sha256, now);
            return new StoredFile(key.id(), upload.name(), type, size, sha256, now);
        }
    }

    /** What is known of a file. */
    public Optional<StoredFile> find(String id) {
        return FileKey.of(tenant.get(), id).flatMap(store::find);
    }

    /**
     * Its content. If it is not what was stored any more, the read of its last byte fails.
     *
     * @return empty if there is no such file; else to be closed
     */
    public Optional<InputStream> open(String id) {
        var key = FileKey.of(tenant.get(), id);
        return key.flatMap(store::find).flatMap(file -> content(key.orElseThrow(), file));
    }

    private Optional<InputStream> content(FileKey key, StoredFile file) {
        return file.size() == 0
                ? Optional.of(InputStream.nullInputStream())
                : store.open(key, 0, file.size()).map(in -> new CheckedContent(in, file));
    }

    /**
     * A part of its content.
     *
     * @param from of 0
     * @return empty if there is no such file; else to be closed
     * @throws IndexOutOfBoundsException if the file does not reach so far
     */
    public Optional<InputStream> open(String id, long from, long length) {
        var key = FileKey.of(tenant.get(), id);
        var file = key.flatMap(store::find);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (from < 0 || length < 0 || length > file.get().size() - from) {
            throw new IndexOutOfBoundsException(
                    "file "
                            + id
                            + " has "
                            + file.get().size()
                            + " bytes, not "
                            + from
                            + "+"
                            + length);
        }
        return length == 0
                ? Optional.of(InputStream.nullInputStream())
                : store.open(key.orElseThrow(), from, length);
    }

    /**
     * Removes it; links to it lead nowhere from then on.
     *
     * @return false if there was none
     */
    public boolean delete(String id) {
        return FileKey.of(tenant.get(), id).filter(store::delete).isPresent();
    }

    /**
     * A link by which anybody may read this one file until it expires: the store's own where that
     * can check one (S3), else one to this application.
     *
     * @return empty if there is no such file
     * @throws IllegalArgumentException if it is to live longer than {@code
     *     concertina.file.link-max}
     */
    public Optional<URI> link(String id, Link link) {
        var key = FileKey.of(tenant.get(), id);
        return key.flatMap(store::find)
                .map(file -> {
                    links.check(link);
                    return store.link(key.orElseThrow(), file, link)
                            .orElseGet(() -> links.make(key.orElseThrow(), file.name(), link));
                });
    }

    /**
     * Answers a request with it: whole or the range it asks for, with an entity tag. Who may have
     * it is the caller's to decide.
     *
     * @return false, and nothing was answered, if there is no such file
     */
    public boolean serve(
            String id, boolean inline, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var key = FileKey.of(tenant.get(), id);
        var file = key.flatMap(store::find);
        if (file.isPresent()) {
            FileAnswer.of(store, statistics, key.orElseThrow(), file.get(), inline)
                    .write(request, response);
        }
        return file.isPresent();
    }
}
