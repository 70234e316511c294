package dev.concertina.fleet.manifest;

import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code PORT} and {@code HOST:PORT}. */
final class Addresses {
    static final String EVERY = "0.0.0.0";
    static final String LOOPBACK = "127.0.0.1";

    private static final Pattern FORM =
            Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:\\s]+):)?(\\d{1,5})");

    private Addresses() {}

    /**
     * @param host of a bare port
     */
    static Optional<Manifest.Address> of(String text, String host) {
        var m = FORM.matcher(text);
        if (!m.matches() || Integer.parseInt(m.group(2)) > 65535) {
            return Optional.empty();
        }
        var written = Optional.ofNullable(m.group(1)).orElse(host).replaceAll("[\\[\\]]", "");
        return Optional.of(
                new Manifest.Address(
                        written.equals("*") ? EVERY : written, Integer.parseInt(m.group(2))));
    }

    /** The address behind a key; empty, with a problem, if it is none. */
    static Optional<Manifest.Address> read(Section section, String key, String host, int example) {
        var text = section.text(key);
        var address = text.flatMap(t -> of(t, host));
        if (text.isPresent() && address.isEmpty()) {
            section.wrong(
                    key,
                    "is not an address.",
                    "Write a port from 0 to 65535 ("
                            + example
                            + ": on "
                            + (host.equals(EVERY) ? "every address" : host)
                            + ") or host:port (127.0.0.1:"
                            + example
                            + ").");
        }
        return address;
    }
}
