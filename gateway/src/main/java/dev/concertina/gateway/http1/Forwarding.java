package dev.concertina.gateway.http1;

/** Field lines that say where the requests of one connection come from. Made once for it. */
public final class Forwarding {
    final byte[] node;
    final byte[] forNode;
    final byte[] forwardedForNode;
    final byte[] proto;
    final byte[] port;

    /** All of them, for a peer whose own word is not believed. */
    final byte[] all;

    private Forwarding(String address, String scheme, int localPort) {
        boolean v6 = address.indexOf(':') >= 0;
        node = Octets.ascii(address + "\r\n");
        forNode = Octets.ascii("X-Forwarded-For: " + address + "\r\n");
        // RFC 7239 section 6: an IPv6 address in brackets and quotes.
        forwardedForNode =
                Octets.ascii("Forwarded: for=" + (v6 ? "\"[" + address + "]\"" : address) + "\r\n");
        proto = Octets.ascii("X-Forwarded-Proto: " + scheme + "\r\n");
        port = Octets.ascii(localPort < 0 ? "" : "X-Forwarded-Port: " + localPort + "\r\n");
        all = new byte[forNode.length + proto.length + port.length];
        Head.put(all, Head.put(all, Head.put(all, 0, forNode), proto), port);
    }

    /**
     * What is said of a connection.
     *
     * @param address of the peer, in digits
     * @param localPort it connected to; negative: unknown
     */
    public static Forwarding of(String address, boolean tls, int localPort) {
        return new Forwarding(address, tls ? "https" : "http", localPort);
    }
}
