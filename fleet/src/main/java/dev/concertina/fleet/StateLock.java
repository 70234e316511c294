package dev.concertina.fleet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One fleet process for a state directory. The operating system lets go of the lock when the
 * process ends, however it ends; {@code fleet.pid} says who holds it.
 */
final class StateLock implements AutoCloseable {
    private final Path pidFile;
    private final FileChannel channel;

    private StateLock(Path pidFile, FileChannel channel) {
        this.pidFile = pidFile;
        this.channel = channel;
    }

    /**
     * @throws IOException if another fleet process holds it; the message says which
     */
    static StateLock take(Path stateDirectory) throws IOException {
        Files.createDirectories(stateDirectory);
        Path pidFile = stateDirectory.resolve("fleet.pid");
        FileChannel channel =
                FileChannel.open(
                        stateDirectory.resolve("fleet.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            String holder = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "unknown";
            throw new IOException(
                    "another fleet process (pid "
                            + holder
                            + ") runs the fleet in "
                            + stateDirectory
                            + "; use it, or end it with 'concertina down'");
        }
        Files.write(
                pidFile,
                (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        return new StateLock(pidFile, channel);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(pidFile);
        channel.close();
    }
}
