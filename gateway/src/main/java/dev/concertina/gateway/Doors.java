package dev.concertina.gateway;

import dev.concertina.gateway.tls.Certificates;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where clients come in.
 *
 * @param certificates with which {@code listen} speaks TLS; empty: it does not
 * @param redirect address of a plain listener that sends clients to https; empty: none
 * @param metrics address where operators ask for the metrics; empty: none
 * @param http2 whether HTTP/2 is spoken beside HTTP/1.1
 */
record Doors(
        InetSocketAddress listen,
        Optional<Certificates> certificates,
        Optional<InetSocketAddress> redirect,
        Optional<InetSocketAddress> metrics,
        boolean http2) {

    static Doors plain(InetSocketAddress listen) {
        return new Doors(listen, Optional.empty(), Optional.empty(), Optional.empty(), true);
    }
}
