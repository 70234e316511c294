package dev.concertina.acceptance.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.gateway.RequestGenerator.Sent;
import dev.concertina.acceptance.gateway.StrictReader.End;
import dev.concertina.acceptance.gateway.StrictReader.Message;
import dev.concertina.acceptance.gateway.StrictReader.Reading;
import dev.concertina.gateway.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bent requests on their way to Tomcat, Jetty and nginx. What a strict reader makes of the octets,
 * what the gateway passes on and what the instance reads must be the same requests with the same
 * bodies; what the strict reader refuses, the gateway refuses.
 */
class MalformedTest {
    private static final int CLIENTS = 8;
    private static final List<String> PARANOID = List.of("-Dio.netty.leakDetection.level=paranoid");

    /** Held, because a logger that nobody holds forgets its level. */
    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    /** A target that no other request can have. */
    private static final Pattern MARKED = Pattern.compile("[89a-f][0-9a-f]{15}");

    private final Echo echo = new Echo();
    private final Collection<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    @Test
    void nobodyDisagreesAboutWhereARequestEnds(@TempDir Path directory) throws Exception {
        TOMCAT.setLevel(Level.OFF);
        long seed = Scale.seed("malformed requests");
        int messages = Scale.of(20_000, 1_000_000);
        try (var tomcat = new TomcatEcho(directory, echo);
                var jetty = new JettyEcho(echo);
                var nginx = new NginxEcho(directory, tomcat.port());
                var gateway = GatewayProcess.start(PARANOID, List.of())) {
            gateway.route(
                    GatewayProcess.target("tomcat", tomcat.port()),
                    GatewayProcess.target("jetty", jetty.port()),
                    GatewayProcess.target("nginx", nginx.port()));
            send(gateway, seed, messages / 2);
            Footprint half = Footprint.of(gateway);
            send(gateway, seed + CLIENTS, messages - messages / 2);
            Footprint whole = Footprint.of(gateway);
            Scale.say("malformed requests: " + messages + " " + counts);
            Scale.say("gateway at half time " + half + ", at the end " + whole);
            assertThat(faults).isEmpty();
            assertThat(echo.left().keySet()).as("requests nobody sent").isEmpty();
            assertThat(gateway.log()).doesNotContain("LEAK");
            assertThat(whole.threads()).isLessThanOrEqualTo(half.threads());
            assertThat(whole.heapKib()).isLessThan(half.heapKib() + 8 * 1024);
        }
    }

    private void send(GatewayProcess gateway, long seed, int messages) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            int mine = number;
            threads.add(
                    Thread.ofVirtual()
                            .start(() ->
                                    client(
                                            gateway.port(),
                                            new RequestGenerator(seed + mine),
                                            messages / CLIENTS)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void client(int port, RequestGenerator generator, int messages) {
        Client connection = null;
        for (int left = messages; left > 0 && faults.size() < 5; ) {
            Sent sent = generator.next();
            left -= sent.requests();
            count(sent.bent() ? "sent bent" : "sent straight");
            String[] pieces = generator.pieces(sent.octets());
            try {
                if (connection == null) {
                    connection = new Client(port);
                }
                if (!exchange(connection, sent, pieces)) {
                    connection.close();
                    connection = null;
                }
            } catch (IOException | RuntimeException e) {
                fault(sent, String.valueOf(e));
                connection = null;
            }
        }
        close(connection);
    }

    private static void close(@Nullable Client connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }

    private void count(String what) {
        counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    private void fault(Sent sent, String what) {
        faults.add(what + "\n" + visible(sent.octets()));
    }

    private static String visible(String octets) {
        return octets.replace("\r", "\\r").replace("\n", "\\n\n").replace("\0", "\\0");
    }

    /** Whether the connection can carry more. */
    private boolean exchange(Client client, Sent sent, String[] pieces) throws IOException {
        Reading reading = StrictReader.read(sent.octets());
        try {
            for (String piece : pieces) {
                client.send(piece);
            }
        } catch (IOException refusedAlready) {
            // The answer says why.
        }
        boolean goesOn = answered(client, sent, reading.messages());
        for (Message message : reading.messages()) {
            seen(sent, message, reading.messages());
        }
        return goesOn && ended(client, sent, reading);
    }

    /** Reads an answer to each; false when the connection has ended before the last. */
    private boolean answered(Client client, Sent sent, List<Message> messages) throws IOException {
        for (Message message : messages) {
            Answer answer = Answer.read(client);
            if (answer.status() == 502) {
                // What is no refusal: an instance closed its connection in place of an answer.
                count("not answered by the instance");
            } else if (!answer.ofInstance()) {
                // Stricter than the reader it may be, but not towards what is plainly valid.
                count("refused by the gateway alone, " + answer.status());
                if (!sent.bent()) {
                    fault(sent, "refused: " + answer);
                }
                return false;
            } else if (answer.status() != 200) {
                count("refused by the instance, " + answer.status());
            } else if (answer.text().equals(Echo.of(message))) {
                count("passed on");
            } else {
                fault(sent, "sent " + Echo.of(message) + ", the instance saw " + answer.text());
            }
            if (answer.closes()) {
                return false;
            }
        }
        return true;
    }

    private void seen(Sent sent, Message message, List<Message> messages) {
        long seen = echo.take(message.target());
        long most = messages.stream().filter(m -> m.target().equals(message.target())).count();
        if (seen > most && MARKED.matcher(message.target()).find()) {
            fault(sent, "seen " + seen + " times: " + message.target());
        }
    }

    private boolean ended(Client client, Sent sent, Reading reading) throws IOException {
        if (reading.end() == End.NOTHING) {
            return true;
        }
        if (reading.end() == End.MALFORMED) {
            Answer answer = Answer.read(client);
            count("refused by both, " + answer.status());
            if (answer.ofInstance() || answer.status() < 400) {
                fault(sent, "malformed (" + reading.reason() + "), but answered " + answer);
            }
        }
        if (reading.end() != End.INCOMPLETE && !client.ended()) {
            fault(sent, "the connection goes on");
        }
        return false;
    }

    /** What came back; a connection that ended without an answer has status 499. */
    private record Answer(int status, boolean ofInstance, boolean closes, String text) {
        static Answer read(Client client) throws IOException {
            try {
                Client.Response response = client.read();
                while (response.status() < 200) {
                    response = client.read();
                }
                return new Answer(
                        response.status(),
                        !response.field("X-Instance-Id").isEmpty(),
                        response.field("Connection").equals("close"),
                        response.body());
            } catch (java.net.SocketTimeoutException silent) {
                throw silent;
            } catch (IOException ended) {
                return new Answer(499, false, true, String.valueOf(ended.getMessage()));
            }
        }
    }
}
