package dev.concertina.gateway.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A file that is open for all who send it, closed when the last of them is done. */
final class OpenFile {
    private final FileChannel channel;
    private final FileFacts facts;
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * @param channel closed by the last {@link #release}; the first user is the caller
     */
    OpenFile(FileChannel channel, FileFacts facts) {
        this.channel = channel;
        this.facts = facts;
    }

    FileChannel channel() {
        return channel;
    }

    FileFacts facts() {
        return facts;
    }

    Optional<FileBody> body(Selection part) {
        users.incrementAndGet();
        return Optional.of(new FileBody(this, part.first(), part.length()));
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            try {
                channel.close();
            } catch (IOException lost) {
                // It was read only, and is of no use to anybody any more.
            }
        }
    }
}
