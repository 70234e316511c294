package dev.concertina.gateway.handover;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.Handover;
import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.net.Transport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway process gets from its predecessor before it accepts anybody. */
public record Inheritance(RoutingTable table, Listeners listeners) {
    // A newer predecessor, on the way back to an older release, may say more.
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private static final Duration WITHIN = Duration.ofSeconds(10);

    /**
     * Asks the predecessor, which goes on as before.
     *
     * @param predecessor its control socket
     * @param at where this process may listen for the descriptors
     * @throws IOException if it does not give everything; the message says why
     */
    public static Inheritance from(Path predecessor, Path at, Transport transport)
            throws IOException {
        if (transport == Transport.NIO || !Epoll.isAvailable()) {
            throw new IOException(
                    "--take-over needs io_uring or epoll, and this process has neither: Java's own"
                            + " sockets cannot be passed. Restart the gateway instead");
        }
        try (DescriptorReceiver receiver = new DescriptorReceiver(at)) {
            Handover handover = ask(predecessor, at);
            List<FileDescriptor> taken = receiver.take(handover.listeners().size(), WITHIN);
            Map<String, Integer> byRole = new LinkedHashMap<>();
            for (int i = 0; i < taken.size(); i++) {
                byRole.put(handover.listeners().get(i), taken.get(i).intValue());
            }
            return new Inheritance(handover.table(), Listeners.inherited(transport, byRole));
        }
    }

    private static Handover ask(Path predecessor, Path at) throws IOException {
        String answer = post(predecessor, at);
        int body = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 200 ") || body < 0) {
            throw new IOException(
                    "--take-over " + predecessor + ": the gateway there answered " + answer);
        }
        try {
            return JSON.readValue(answer.substring(body + 4), Handover.class);
        } catch (JacksonException e) {
            throw new IOException("--take-over " + predecessor + ": " + e.getMessage(), e);
        }
    }

    private static String post(Path predecessor, Path at) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(predecessor));
            String request =
                    "POST "
                            + GatewayControl.HANDOVER
                            + "?"
                            + GatewayControl.TO
                            + "="
                            + URLEncoder.encode(at.toString(), UTF_8)
                            + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"
                            + "Content-Length: 0\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IOException(
                    "--take-over " + predecessor + ": no gateway answers there: " + e.getMessage(),
                    e);
        }
    }
}
