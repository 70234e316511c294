package dev.concertina.fleet.render;

import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything an nginx is to obey.
 *
 * @param version of nginx, such as 1022001 for 1.22.1
 * @param user the workers run as; empty: as whoever starts it
 * @param certificates empty: plain HTTP
 * @param redirect answers plain HTTP by sending the client to {@code listen}
 * @param folder for what nginx keeps: its pid, its temporary files, its record of requests
 * @param socket Unix domain socket on which it tells its generation and its load
 * @param generation said on the socket, so that a reload can be seen to be in force
 */
public record NginxSite(
        int version,
        Optional<String> user,
        Manifest.Address listen,
        boolean http2,
        List<Certificate> certificates,
        Optional<Manifest.Address> redirect,
        Path folder,
        Path socket,
        String generation,
        RoutingTable table) {

    /** Where the socket tells the generation. */
    public static final String GENERATION = "/generation";

    /** Where the socket tells the load, as {@code stub_status} does. */
    public static final String LOAD = "/load";

    /** The record of requests, one line each, in {@link #folder}. */
    public static final String REQUESTS = "requests.log";

    /** The first that has HTTP/2 as a directive of its own, beside HTTP/1.1 on plain TCP too. */
    static final int HTTP2_DIRECTIVE = 1_025_001;

    public NginxSite {
        certificates = List.copyOf(certificates);
    }

    /**
     * @param names of hosts the certificate is for
     */
    public record Certificate(Path certificate, Path key, List<String> names) {
        public Certificate {
            names = List.copyOf(names);
        }
    }

    boolean tls() {
        return !certificates.isEmpty();
    }
}
