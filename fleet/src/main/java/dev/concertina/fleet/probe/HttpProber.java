package dev.concertina.fleet.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks over HTTP/1.1, one plain connection a probe on one virtual thread. A connection of its own
 * makes every probe test that the instance still accepts, and costs about a tenth of what the JDK's
 * client does in classes and threads. {@code https} is not spoken: instances listen on loopback.
 */
public final class HttpProber implements Prober {

    @Override
    public CompletionStage<ProbeResult> probe(URI uri, Duration timeout) {
        CompletableFuture<ProbeResult> result = new CompletableFuture<>();
        Thread.ofVirtual().name("probe").start(() -> result.complete(ask(uri, timeout)));
        return result.minimalCompletionStage();
    }

    private static ProbeResult ask(URI uri, Duration timeout) {
        Deadline deadline = new Deadline(timeout);
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(address(uri), deadline.millisLeft());
            socket.getOutputStream().write(request(uri));
            ProbeAnswer answer = ProbeAnswer.read(new TimedInput(socket, deadline));
            return new ProbeResult.Answered(answer.status(), answer.body(), deadline.passed());
        } catch (SocketTimeoutException e) {
            return new ProbeResult.TimedOut(timeout);
        } catch (ConnectException e) {
            return refused(e);
        } catch (IOException | IllegalArgumentException e) {
            return new ProbeResult.Broken(words(e));
        }
    }

    private static ProbeResult refused(ConnectException e) {
        String words = words(e);
        return words.contains("refused")
                ? new ProbeResult.Refused()
                : new ProbeResult.Broken(words);
    }

    private static String words(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static InetSocketAddress address(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
    }

    private static byte[] request(URI uri) {
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return ("GET "
                        + path
                        + query
                        + " HTTP/1.1\r\nHost: "
                        + uri.getRawAuthority()
                        + "\r\nUser-Agent: concertina-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
