package dev.concertina.fleet.traffic;

import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.Target;
import dev.concertina.fleet.render.NginxSite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what nginx wrote about each request since this process began to read. One thread at a
 * time. A record that has grown large is unlinked and begun anew; what workers still write to the
 * old one is read on.
 */
final class NginxRequests implements AutoCloseable {
    private static final long LARGE = 32L << 20;
    private static final int READ_MAX = 1 << 20;
    private static final Set<String> UNSERVED = Set.of("502", "503", "504");

    private final Path file;
    private final Runnable reopen;
    private final Map<String, Counts> byAddress = new HashMap<>();
    private Optional<Tail> current = Optional.empty();
    private Optional<Tail> old = Optional.empty();
    private long requests;
    private long retried;
    private long unserved;

    /**
     * @param reopen tells nginx to open its log files again
     */
    NginxRequests(Path folder, Runnable reopen) {
        this.file = folder.resolve(NginxSite.REQUESTS);
        this.reopen = reopen;
    }

    /** All that was seen of one address; an instance keeps its address for its life. */
    private static final class Counts {
        private long requests;
        private long failures;
        private long serverErrors;
        private long latencyNanos;
    }

    /** Begins at the end of what is there: another process counted that. */
    void begin() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Tail tail = new Tail(file);
        tail.position = tail.in.length();
        current = Optional.of(tail);
    }

    void read() throws IOException {
        if (old.isPresent()) {
            old.get().read(this::line);
        }
        if (current.isEmpty() && Files.exists(file)) {
            current = Optional.of(new Tail(file));
        }
        if (current.isPresent()) {
            current.get().read(this::line);
            if (current.get().position > LARGE) {
                beginAnew();
            }
        }
    }

    private void beginAnew() throws IOException {
        if (old.isPresent()) {
            old.get().in.close();
        }
        old = current;
        current = Optional.empty();
        Files.delete(file);
        reopen.run();
    }

    /** Tries are parted by commas, and by colons where one group of servers followed another. */
    private void line(String line) {
        String[] f = line.split("\\|", -1);
        if (f.length != 6) {
            return;
        }
        String[] addresses = f[0].split(", | : ", -1);
        String[] statuses = f[1].split(", | : ", -1);
        String[] heads = f[2].split(", | : ", -1);
        // How long a WebSocket or an event stream lasts is its client's choice.
        String[] times = f[5].isEmpty() ? f[3].split(", | : ", -1) : heads;
        requests++;
        int tries = addresses.length;
        for (int i = 0; i < tries; i++) {
            if (addresses[i].contains(":")) {
                tried(addresses[i], at(statuses, i), at(heads, i), at(times, i));
            }
        }
        retried += tries - 1;
        if (UNSERVED.contains(f[4]) && at(heads, tries - 1).equals("-")) {
            unserved++;
        }
    }

    private void tried(String address, String status, String head, String time) {
        Counts counts = byAddress.computeIfAbsent(address, _ -> new Counts());
        counts.requests++;
        if (head.equals("-")) {
            counts.failures++;
        } else if (status.startsWith("5")) {
            counts.serverErrors++;
        }
        if (!time.equals("-")) {
            counts.latencyNanos += Math.round(Double.parseDouble(time) * 1e9);
        }
    }

    private static String at(String[] words, int i) {
        return i < words.length ? words[i] : "-";
    }

    long requests() {
        return requests;
    }

    long retried() {
        return retried;
    }

    long unserved() {
        return unserved;
    }

    /**
     * @param inFlightMax requests under way in all of nginx
     */
    List<LoadSample> samples(List<Target> targets, int inFlightMax) {
        Connections connections = inFlightMax == 0 ? new Connections(Map.of()) : Connections.now();
        return targets.stream()
                .map(target ->
                        sample(
                                target.id(),
                                byAddress.getOrDefault(
                                        target.host() + ":" + target.port(), new Counts()),
                                Math.min(inFlightMax, connections.to(target.port()))))
                .toList();
    }

    private static LoadSample sample(InstanceId id, Counts counts, int inFlight) {
        return new LoadSample(
                id,
                inFlight,
                counts.requests,
                counts.failures,
                counts.serverErrors,
                counts.latencyNanos);
    }

    @Override
    public void close() throws IOException {
        for (Optional<Tail> tail : List.of(old, current)) {
            if (tail.isPresent()) {
                tail.get().in.close();
            }
        }
    }

    /** A file that grows. */
    private static final class Tail {
        private final RandomAccessFile in;
        private long position;

        Tail(Path file) throws IOException {
            in = new RandomAccessFile(file.toFile(), "r");
        }

        void read(java.util.function.Consumer<String> line) throws IOException {
            while (true) {
                byte[] octets = new byte[(int) Math.min(READ_MAX, in.length() - position)];
                if (octets.length == 0) {
                    return;
                }
                in.seek(position);
                in.readFully(octets);
                int end = octets.length;
                while (end > 0 && octets[end - 1] != '\n') {
                    end--;
                }
                if (end == 0) {
                    return;
                }
                position += end;
                new String(octets, 0, end, StandardCharsets.ISO_8859_1).lines().forEach(line);
            }
        }
    }
}
