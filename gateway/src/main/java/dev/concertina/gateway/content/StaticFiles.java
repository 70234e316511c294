package dev.concertina.gateway.content;

import dev.concertina.gateway.path.RequestPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for files, for one event loop and on its thread alone. Looking for a file and
 * opening it happens elsewhere; what was found stays open and is believed for a second.
 */
public final class StaticFiles implements AutoCloseable {
    private static final int REMEMBERED_MAX = 256;
    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    private static final long UNUSED = Duration.ofSeconds(15).toNanos();

    private final Executor loop;
    private final Executor disc;
    private final LinkedHashMap<FileLookup, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** One that waits for the disc. */
    private record Waiting(ServedFolder folder, FileRequest request, Consumer<FileAnswer> then) {}

    private static final class Entry {
        private @Nullable Found found;
        private long foundAt;
        private long usedAt;
        private boolean looking;
        private boolean forgotten;
        private List<Waiting> waiting = new ArrayList<>();
    }

    /**
     * @param loop runs work on the event loop
     * @param disc runs work that may wait, on a few threads
     */
    public StaticFiles(Executor loop, Executor disc) {
        this.loop = loop;
        this.disc = disc;
    }

    /**
     * Answers, at once or later, always on the event loop. The answer's body is the receiver's to
     * send or release, also if nobody wants it any more.
     *
     * @param now nanoseconds
     */
    public void answer(
            ServedFolder folder,
            RequestPath path,
            FileRequest request,
            long now,
            Consumer<FileAnswer> then) {
        var name = folder.relative(path);
        if (name.isEmpty()) {
            then.accept(FileAnswer.absent());
            return;
        }
        if (folder.isWithoutSlash(path)) {
            then.accept(FileAnswers.toFolder(folder, "", request));
            return;
        }
        Path root = folder.root();
        FileLookup lookup = new FileLookup(root, name.get(), Accepted.set(request.accepted()));
        Entry entry = entries.computeIfAbsent(lookup, unknown -> new Entry());
        entry.usedAt = now;
        if (entry.found != null && now - entry.foundAt < FRESH) {
            reply(lookup, entry.found, new Waiting(folder, request, then));
            return;
        }
        entry.waiting.add(new Waiting(folder, request, then));
        if (!entry.looking) {
            look(lookup, entry, now);
        }
        forgetEldest();
    }

    private void look(FileLookup lookup, Entry entry, long now) {
        entry.looking = true;
        OpenFile before = entry.found instanceof Found.File(OpenFile file) ? file : null;
        disc.execute(() -> {
            Found found = lookup.find(before);
            try {
                loop.execute(() -> found(lookup, entry, found, now));
            } catch (RejectedExecutionException loopEnded) {
                release(found);
            }
        });
    }

    private void found(FileLookup lookup, Entry entry, Found found, long now) {
        entry.looking = false;
        entry.foundAt = now;
        if (!(found instanceof Found.Same)) {
            release(entry.found);
            entry.found = found;
        }
        List<Waiting> waiting = entry.waiting;
        entry.waiting = new ArrayList<>();
        for (Waiting one : waiting) {
            reply(lookup, entry.found, one);
        }
        if (entry.forgotten) {
            release(entry.found);
            entry.found = null;
        }
    }

    private static void reply(FileLookup lookup, @Nullable Found found, Waiting to) {
        to.then.accept(
                switch (found) {
                    case Found.File(OpenFile file) -> FileAnswers.of(file, to.folder, to.request);
                    case Found.Folder() ->
                            FileAnswers.toFolder(to.folder, lookup.name(), to.request);
                    case null, default -> FileAnswer.absent();
                });
    }

    private static void release(@Nullable Found found) {
        if (found instanceof Found.File(OpenFile file)) {
            file.release();
        }
    }

    private void forgetEldest() {
        if (entries.size() > REMEMBERED_MAX) {
            Iterator<Entry> eldest = entries.values().iterator();
            forget(eldest.next());
            eldest.remove();
        }
    }

    private static void forget(Entry entry) {
        entry.forgotten = true;
        if (!entry.looking) {
            release(entry.found);
            entry.found = null;
        }
    }

    /** Closes what was not asked for lately; to be called every now and then. */
    public void expire(long now) {
        Iterator<Entry> eldest = entries.values().iterator();
        while (eldest.hasNext()) {
            Entry entry = eldest.next();
            if (now - entry.usedAt < UNUSED) {
                return;
            }
            forget(entry);
            eldest.remove();
        }
    }

    /** Closes everything that nobody is sending. */
    @Override
    public void close() {
        entries.values().forEach(StaticFiles::forget);
        entries.clear();
    }
}
