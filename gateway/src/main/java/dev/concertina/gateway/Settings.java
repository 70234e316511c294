package dev.concertina.gateway;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the gateway is told when it starts.
 *
 * @param listen address for clients; port 0 takes a free one
 * @param control path of the control socket
 * @param workers event loops, each of which owns its requests
 */
record Settings(InetSocketAddress listen, Path control, int workers) {
    static final String USAGE =
            """
            usage: --listen HOST:PORT --control PATH [--workers N]
              --listen   address for clients, such as 0.0.0.0:8080 or [::]:8080
              --control  path of the Unix domain socket that obeys the fleet
              --workers  event loops, default one per processor\
            """;

    /**
     * @throws IllegalArgumentException naming the argument, the value and the next move
     */
    static Settings parse(String... arguments) {
        InetSocketAddress listen = null;
        Path control = null;
        int workers = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " has no value.\n" + USAGE);
            }
            String value = arguments[i + 1];
            switch (name) {
                case "--listen" -> listen = address(value);
                case "--control" -> control = Path.of(value).toAbsolutePath();
                case "--workers" -> workers = number(name, value, 1, 1024);
                default ->
                        throw new IllegalArgumentException(name + " is not an option.\n" + USAGE);
            }
        }
        if (listen == null || control == null) {
            throw new IllegalArgumentException(
                    (listen == null ? "--listen" : "--control") + " is missing.\n" + USAGE);
        }
        return new Settings(listen, control, workers);
    }

    private static InetSocketAddress address(String value) {
        int colon = value.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "--listen is '" + value + "'; write HOST:PORT, such as 0.0.0.0:8080");
        }
        String host = value.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = number("--listen", value.substring(colon + 1), 0, 65535);
        InetSocketAddress address =
                host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "--listen names host '"
                            + host
                            + "', which is unknown here; write an address such as 0.0.0.0");
        }
        return address;
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
