package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.Forwarding;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.net.AddressBlocks;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a client's connection. Made once per connection, used by its loop. */
public final class Peer {
    private static final byte[] NOBODY = new byte[4];

    private final byte[] address;
    private final @Nullable String tls;
    private final @Nullable String protocol;
    private final Forwarding forwarding;
    private @Nullable Rules rules;
    private boolean trusted;

    private Peer(
            byte[] address,
            String name,
            @Nullable String tls,
            @Nullable String protocol,
            int localPort) {
        this.address = address;
        this.tls = tls;
        this.protocol = protocol;
        this.forwarding = Forwarding.of(name, tls != null, localPort);
    }

    /** The peer of an accepted channel that speaks HTTP/1, in the version a request names. */
    public static Peer of(Channel channel) {
        return of(channel, null);
    }

    /** The peer of an accepted channel that speaks HTTP/2. */
    public static Peer ofHttp2(Channel channel) {
        return of(channel, "HTTP/2");
    }

    /** After the handshake, if there is one. */
    private static Peer of(Channel channel, @Nullable String protocol) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        String tls = handler == null ? null : handler.engine().getSession().getProtocol();
        int port = channel.localAddress() instanceof InetSocketAddress local ? local.getPort() : -1;
        InetAddress remote =
                channel.remoteAddress() instanceof InetSocketAddress socket
                        ? socket.getAddress()
                        : null;
        return remote == null
                ? new Peer(NOBODY, "unknown", tls, protocol, port)
                : new Peer(remote.getAddress(), remote.getHostAddress(), tls, protocol, port);
    }

    boolean tls() {
        return tls != null;
    }

    /** Such as {@code TLSv1.3}; null: none. */
    @Nullable String tlsVersion() {
        return tls;
    }

    String protocol(boolean http10) {
        if (protocol != null) {
            return protocol;
        }
        return http10 ? "HTTP/1.0" : "HTTP/1.1";
    }

    static String text(byte[] address) {
        return NetUtil.bytesToIpAddress(address);
    }

    Forwarding forwarding() {
        return forwarding;
    }

    /** Whether forwarded fields it sends are believed. */
    boolean trusted(Rules obeyed) {
        if (obeyed != rules) {
            rules = obeyed;
            trusted = obeyed.trusts(address);
        }
        return trusted;
    }

    /**
     * The address a request comes from: that of the peer, or of whoever stands behind peers that
     * are believed, each of which has added the one before it on the right.
     */
    byte[] client(Rules obeyed, RequestHead head) {
        if (!trusted(obeyed)) {
            return address;
        }
        byte[] client = address;
        String list = head.forwardedFor();
        int end = list.length();
        while (end > 0 && obeyed.trusts(client)) {
            int comma = list.lastIndexOf(',', end - 1);
            byte[] before = node(list.substring(comma + 1, end).strip());
            if (before == null) {
                return client;
            }
            client = before;
            end = comma;
        }
        return client;
    }

    /** An address as proxies write it: alone, or with a port. */
    private static byte @Nullable [] node(String text) {
        byte[] plain = AddressBlocks.parse(text);
        int colon = text.lastIndexOf(':');
        return plain == null && colon > 0 ? AddressBlocks.parse(text.substring(0, colon)) : plain;
    }
}
