package dev.concertina.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads one growing log file, whole lines only; begins anew when the file was rotated. */
final class LogReader {
    private final Path file;
    private int tail;
    private long position;

    /**
     * @param tail how many of the lines already there are wanted
     */
    LogReader(Path file, int tail) {
        this.file = file;
        this.tail = tail;
    }

    Path file() {
        return file;
    }

    List<String> more() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            if (in.length() < position) {
                position = 0;
            }
            in.seek(position);
            var bytes = new byte[(int) Math.min(in.length() - position, 64 << 20)];
            in.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            position += end;
            var lines = new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
            var wanted = lines.subList(Math.max(0, lines.size() - tail), lines.size());
            tail = Integer.MAX_VALUE;
            return wanted;
        }
    }
}
