package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.acceptance.gateway.Conversation.Leg;
import dev.concertina.gateway.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An origin that follows a conversation and can be told to end its connection within it. */
final class CuttingOrigin implements AutoCloseable {
    private final Origin origin;
    private volatile Plan plan = new Plan(Conversation.GET, null);
    private final AtomicInteger executed = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile int[] lengths = {};

    /** How a connection ends: as closing does, or as a crash does. */
    enum End {
        FIN,
        RST
    }

    /** The octet of the leg before which the connection ends. */
    record Cut(int leg, int octet, End end) {}

    private record Plan(Conversation conversation, @Nullable Cut cut) {}

    CuttingOrigin() {
        origin = Origin.with(this::serve);
    }

    /** Forgets what it has seen and follows this; without a cut to the end. */
    void follow(Conversation conversation, @Nullable Cut cut) {
        executed.set(0);
        connections.set(0);
        plan = new Plan(conversation, cut);
    }

    private void serve(Origin.Connection connection) throws IOException {
        Plan now = plan;
        connections.incrementAndGet();
        List<Leg> legs = now.conversation.legs;
        int[] measured = new int[legs.size()];
        for (int leg = 0; leg < legs.size(); leg++) {
            Leg each = legs.get(leg);
            Cut cut = now.cut;
            if (cut != null && cut.leg == leg) {
                part(connection, each, cut);
                return;
            }
            if (each.read()) {
                measured[leg] = read(connection, each);
            } else {
                count(legs, leg);
                measured[leg] = each.text().length();
                connection.write(each.text());
            }
        }
        lengths = measured;
        if (now.conversation == Conversation.GET_TO_THE_END) {
            return;
        }
        connection.in().transferTo(OutputStream.nullOutputStream());
    }

    private static int read(Origin.Connection connection, Leg leg) throws IOException {
        if (leg.part() == Leg.Part.REQUEST_HEAD) {
            return connection.readHead().length();
        }
        int length = leg.text().length();
        if (connection.in().readNBytes(length).length < length) {
            throw new IOException("the body ended early");
        }
        return length;
    }

    /** A request is executed when nothing of it is left to read. */
    private void count(List<Leg> legs, int leg) {
        boolean more = legs.subList(leg, legs.size()).stream().anyMatch(Leg::read);
        if (!more && legs.get(leg - 1).read()) {
            executed.incrementAndGet();
        }
    }

    private void part(Origin.Connection connection, Leg leg, Cut cut) throws IOException {
        if (leg.read()) {
            InputStream in = connection.in();
            if (in.readNBytes(cut.octet).length < cut.octet) {
                throw new IOException("the request ended early");
            }
        } else {
            count(plan.conversation.legs, cut.leg);
            connection.write(leg.text().substring(0, cut.octet));
        }
        if (cut.end == End.FIN) {
            // What the gateway still sends is left unread by the instance; reading it here keeps
            // the kernel from making a reset of it.
            connection.socket().shutdownOutput();
            connection.in().transferTo(OutputStream.nullOutputStream());
            return;
        }
        int gatewayPort = connection.socket().getPort();
        GatewayProcess.until(
                "the gateway has read what was sent",
                () -> received(gatewayPort, origin.port()) == 0);
        connection.reset();
    }

    /** Octets the kernel holds for a socket that its process has not read. */
    private static long received(int localPort, int remotePort) {
        String local = String.format(Locale.ROOT, ":%04X ", localPort);
        String remote = String.format(Locale.ROOT, ":%04X ", remotePort);
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table), ISO_8859_1)) {
                var line =
                        lines.filter(
                                        l -> {
                                            int at = l.indexOf(local);
                                            return at > 0 && l.indexOf(remote, at) > at;
                                        })
                                .findFirst();
                if (line.isPresent()) {
                    String queues = line.get().strip().split("\\s+")[4];
                    return Long.parseLong(queues.substring(queues.indexOf(':') + 1), 16);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return 0;
    }

    int port() {
        return origin.port();
    }

    int executed() {
        return executed.get();
    }

    int connections() {
        return connections.get();
    }

    /** How many octets each leg had when a conversation last came to its end. */
    int[] lengths() {
        return lengths;
    }

    @Override
    public void close() {
        origin.close();
    }
}
