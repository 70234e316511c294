package dev.concertina.gateway;

import dev.concertina.gateway.tls.CertificateFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the gateway is told when it starts.
 *
 * @param listen address for clients; port 0 takes a free one
 * @param control path of the control socket
 * @param workers event loops, each of which owns its requests
 * @param certificates with one or more, {@code listen} speaks TLS; the first is the default
 * @param redirect address of a plain listener that sends clients to https
 * @param metrics address where operators ask for the metrics
 * @param http2 whether clients may speak HTTP/2
 * @param takeOver control socket of the gateway to succeed
 */
record Settings(
        InetSocketAddress listen,
        Path control,
        int workers,
        List<CertificateFiles> certificates,
        Optional<InetSocketAddress> redirect,
        Optional<InetSocketAddress> metrics,
        boolean http2,
        Optional<Path> takeOver) {
    static final String USAGE =
            """
            usage: --listen HOST:PORT --control PATH [--workers N]
                   [--certificate PATH --key PATH]... [--redirect HOST:PORT] [--http2 on|off]
                   [--metrics HOST:PORT] [--take-over PATH]
              --listen       address for clients, such as 0.0.0.0:8080 or [::]:8080
              --control      path of the Unix domain socket that obeys the fleet
              --workers      event loops, default one per processor
              --certificate  chain in PEM: --listen then speaks TLS; again for further names
              --key          private key in PEM that fits the certificate before it
              --redirect     address of a plain listener that sends clients to https
              --metrics      address where GET /metrics answers operators
              --http2        'off': clients speak HTTP/1.1 only
              --take-over    control socket of a running gateway: its listening sockets are taken
                             over once POST /accept says so\
            """;

    /**
     * @throws IllegalArgumentException naming the argument, the value and the next move
     */
    static Settings parse(String... arguments) {
        InetSocketAddress listen = null;
        Path control = null;
        int workers = Runtime.getRuntime().availableProcessors();
        Optional<Path> takeOver = Optional.empty();
        List<Path> certificates = new ArrayList<>();
        List<Path> keys = new ArrayList<>();
        InetSocketAddress redirect = null;
        InetSocketAddress metrics = null;
        boolean http2 = true;
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " has no value.\n" + USAGE);
            }
            String value = arguments[i + 1];
            switch (name) {
                case "--listen" -> listen = address(name, value);
                case "--control" -> control = Path.of(value).toAbsolutePath();
                case "--certificate" -> certificates.add(Path.of(value).toAbsolutePath());
                case "--key" -> keys.add(Path.of(value).toAbsolutePath());
                case "--redirect" -> redirect = address(name, value);
                case "--metrics" -> metrics = address(name, value);
                case "--http2" -> http2 = onOrOff(name, value);
                case "--workers" -> workers = number(name, value, 1, 1024);
                case "--take-over" -> takeOver = Optional.of(Path.of(value).toAbsolutePath());
                default ->
                        throw new IllegalArgumentException(name + " is not an option.\n" + USAGE);
            }
        }
        if (listen == null || control == null) {
            throw new IllegalArgumentException(
                    (listen == null ? "--listen" : "--control") + " is missing.\n" + USAGE);
        }
        if (redirect != null && certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "--redirect sends clients to https, but there is no --certificate."
                            + " Add --certificate and --key, or leave --redirect out");
        }
        return new Settings(
                listen,
                control,
                workers,
                pairs(certificates, keys),
                Optional.ofNullable(redirect),
                Optional.ofNullable(metrics),
                http2,
                takeOver);
    }

    private static List<CertificateFiles> pairs(List<Path> certificates, List<Path> keys) {
        if (certificates.size() != keys.size()) {
            throw new IllegalArgumentException(
                    "--certificate is given "
                            + certificates.size()
                            + " times but --key "
                            + keys.size()
                            + " times; write one --key for each --certificate");
        }
        List<CertificateFiles> pairs = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            pairs.add(new CertificateFiles(certificates.get(i), keys.get(i)));
        }
        return List.copyOf(pairs);
    }

    private static InetSocketAddress address(String name, String value) {
        int colon = value.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    name + " is '" + value + "'; write HOST:PORT, such as 0.0.0.0:8080");
        }
        String host = value.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = number(name, value.substring(colon + 1), 0, 65535);
        InetSocketAddress address =
                host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    name
                            + " names host '"
                            + host
                            + "', which is unknown here; write an address such as 0.0.0.0");
        }
        return address;
    }

    private static boolean onOrOff(String name, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default ->
                    throw new IllegalArgumentException(
                            name + " is '" + value + "'; write on or off");
        };
    }

    private static int number(String name, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value.strip().toLowerCase(Locale.ROOT));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below, as a number out of range is.
        }
        throw new IllegalArgumentException(
                name + " has '" + value + "'; write a number from " + min + " to " + max);
    }
}
