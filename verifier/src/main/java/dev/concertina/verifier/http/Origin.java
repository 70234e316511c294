package dev.concertina.verifier.http;

import java.net.URI;

/**
 * Where requests go.
 *
 * @param host address or name to connect to
 * @param authority what the {@code Host} field says: the same for the gateway and for an instance
 *     asked directly, so that the application sees one address
 * @param instance who answers there when the answer itself does not say; empty for a gateway
 */
public record Origin(String host, int port, String authority, String instance) {

    /**
     * @throws IllegalArgumentException if the address is not {@code http://host:port}
     */
    public static Origin of(String address) {
        var uri = URI.create(address);
        var host = uri.getHost();
        if (!"http".equals(uri.getScheme()) || host == null) {
            throw new IllegalArgumentException(
                    "the fleet's address is "
                            + address
                            + ", and the verifier speaks plain HTTP only. Give the gateway a"
                            + " listener without TLS for the verification.");
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        var reachable = host.equals("0.0.0.0") ? "127.0.0.1" : host;
        return new Origin(reachable, port, reachable + ":" + port, "");
    }

    /** The same site, asked of one instance on its own port. */
    public Origin direct(int instancePort, String id) {
        return new Origin("127.0.0.1", instancePort, authority, id);
    }

    public String url(String path) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + path;
    }
}
