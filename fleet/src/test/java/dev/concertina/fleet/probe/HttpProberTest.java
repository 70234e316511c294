package dev.concertina.fleet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes over the wire, byte by byte. */
class HttpProberTest {
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private ServerSocket listener;
    private final CompletableFuture<Integer> afterwards = new CompletableFuture<>();

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    /** Answers one connection with the text, then reads until the prober has closed. */
    private ProbeResult answer(String text, boolean close, Duration timeout) {
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket socket = listener.accept()) {
                        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                        if (close) {
                            socket.shutdownOutput();
                        }
                        byte[] rest = socket.getInputStream().readAllBytes();
                        afterwards.complete(rest.length);
                    } catch (IOException e) {
                        afterwards.complete(0);
                    }
                });
        return probe(timeout);
    }

    private ProbeResult probe(Duration timeout) {
        URI uri = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/health?a=b");
        return new HttpProber().probe(uri, timeout).toCompletableFuture().join();
    }

    @Test
    void chunksAreJoined() {
        assertThat(
                        answer(
                                """
                                HTTP/1.1 200 OK
                                Transfer-Encoding: chunked

                                3
                                {"a
                                4;x=y
                                ":1}
                                0

                                """
                                        .replace("\n", "\r\n"),
                                false,
                                AMPLE))
                .hasToString("HTTP 200: {\"a\":1}");
    }

    @Test
    void aBodyWithoutALengthEndsWithTheConnection() {
        assertThat(answer("HTTP/1.0 200 OK\n\nfine", true, AMPLE)).hasToString("HTTP 200: fine");
    }

    @Test
    void aBodyCutShortIsBroken() {
        assertThat(answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true, AMPLE))
                .isEqualTo(
                        new ProbeResult.Broken(
                                "the connection was closed after 3 of 10 bytes of the body"));
    }

    @Test
    void anotherProtocolIsQuoted() {
        assertThat(answer("SSH-2.0-OpenSSH_9\r\n", false, AMPLE))
                .hasToString("the answer is not HTTP: SSH-2.0-OpenSSH_9");
    }

    @Test
    void anInterimResponseIsNotTheAnswer() {
        assertThat(
                        answer(
                                """
                                HTTP/1.1 103 Early Hints
                                Link: x

                                HTTP/1.1 204 No Content

                                """
                                        .replace("\n", "\r\n"),
                                false,
                                AMPLE))
                .hasToString("HTTP 204");
    }

    @Test
    void aBodyThatNeverEndsTimesOutAndTheConnectionIsClosed() throws Exception {
        Duration timeout = Duration.ofMillis(100);
        assertThat(answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", false, timeout))
                .isEqualTo(new ProbeResult.TimedOut(timeout));
        afterwards.get(30, TimeUnit.SECONDS);
    }

    @Test
    void bytesThatDripDoNotBuyTime() {
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket socket = listener.accept()) {
                        OutputStream out = socket.getOutputStream();
                        while (true) {
                            out.write('x');
                            socket.setSoTimeout(10);
                            drip(socket);
                        }
                    } catch (IOException e) {
                        afterwards.complete(0);
                    }
                });
        Duration timeout = Duration.ofMillis(200);
        assertThat(probe(timeout)).isEqualTo(new ProbeResult.TimedOut(timeout));
    }

    private static void drip(Socket socket) throws IOException {
        try {
            int _ = socket.getInputStream().read(new byte[256]);
        } catch (java.net.SocketTimeoutException e) {
            // The pause between two drops.
        }
    }
}
