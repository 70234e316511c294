package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps log files small that other processes write to, without their noticing: they hold the file
 * open for appending, so it is copied and then cut to nothing, and they go on at its beginning. A
 * line written in the microseconds between the last look and the cut is lost; moving the file away
 * would lose nothing, but needs a program that opens it again when it is told to, and few do.
 *
 * @param size in bytes, beyond which a file is begun anew
 * @param keep earlier parts that stay: {@code x.log.1} is the latest
 * @param ended logs that stay of instances that are gone
 */
public record LogRotation(Path folder, long size, int keep, int ended) {
    private static final String LOG = ".log";
    private static final Pattern INSTANCE = Pattern.compile(".*-\\d+-x\\d+");
    private static final int PART = 1 << 16;

    /**
     * Looks at all of them once.
     *
     * @param living instances that may write, such as {@code registry-1-x7}
     * @return what could not be done, for people
     */
    public List<String> look(Set<String> living) {
        var troubles = new ArrayList<String>();
        try {
            List<Path> logs = logs();
            for (Path log : logs) {
                rotate(log, troubles);
            }
            forget(logs.stream().filter(log -> isGone(log, living)).toList(), troubles);
        } catch (IOException e) {
            troubles.add(folder + ": " + e.getMessage());
        }
        return troubles;
    }

    private List<Path> logs() throws IOException {
        var logs = new ArrayList<Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + LOG)) {
            files.forEach(logs::add);
        } catch (NoSuchFileException e) {
            // Nothing has been written yet.
        }
        return logs;
    }

    private void rotate(Path log, List<String> troubles) {
        try {
            if (Files.size(log) > size) {
                shift(log);
                begin(log);
            }
        } catch (IOException e) {
            troubles.add(log + " could not be rotated: " + e.getMessage());
        }
    }

    /** Makes room for one more part. */
    private void shift(Path log) throws IOException {
        Files.deleteIfExists(part(log, keep));
        for (int i = keep - 1; i >= 1; i--) {
            if (Files.exists(part(log, i))) {
                Files.move(part(log, i), part(log, i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void begin(Path log) throws IOException {
        try (var from = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (keep > 0) {
                try (var to =
                        FileChannel.open(
                                part(log, 1),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)) {
                    copy(from, to);
                }
            }
            from.truncate(0);
        }
    }

    /** Until the end has been reached, though it moves. */
    private static void copy(FileChannel from, FileChannel to) throws IOException {
        ByteBuffer part = ByteBuffer.allocateDirect(PART);
        while (from.read(part) >= 0) {
            part.flip();
            while (part.hasRemaining()) {
                to.write(part);
            }
            part.clear();
        }
    }

    private static Path part(Path log, int number) {
        return log.resolveSibling(log.getFileName() + "." + number);
    }

    private static boolean isGone(Path log, Set<String> living) {
        String file = log.getFileName().toString();
        String name = file.substring(0, file.length() - LOG.length());
        return INSTANCE.matcher(name).matches() && !living.contains(name);
    }

    private void forget(List<Path> gone, List<String> troubles) {
        gone.stream()
                .sorted(Comparator.comparingLong(LogRotation::lastWritten).reversed())
                .skip(ended)
                .forEach(log -> delete(log, troubles));
    }

    private void delete(Path log, List<String> troubles) {
        try {
            Files.deleteIfExists(log);
            try (DirectoryStream<Path> parts =
                    Files.newDirectoryStream(folder, log.getFileName() + ".*")) {
                for (Path each : parts) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException e) {
            troubles.add(log + " could not be deleted: " + e.getMessage());
        }
    }

    private static long lastWritten(Path log) {
        try {
            return Files.getLastModifiedTime(log).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
