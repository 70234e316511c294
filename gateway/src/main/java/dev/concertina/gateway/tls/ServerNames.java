package dev.concertina.gateway.tls;

import io.netty.handler.ssl.SslContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which certificate a client gets for the name it asks for (RFC 6066 section 3). Immutable. */
final class ServerNames {
    private final Map<String, SslContext> exact = new HashMap<>();
    private final Map<String, SslContext> below = new HashMap<>();
    private final SslContext first;

    /** For pairs in order: of two with the same name, the first has it. */
    ServerNames(List<Served> pairs) {
        first = pairs.getFirst().context();
        for (Served pair : pairs) {
            for (String name : pair.names()) {
                if (name.startsWith("*.")) {
                    below.putIfAbsent(name.substring(1), pair.context());
                } else {
                    exact.putIfAbsent(name, pair.context());
                }
            }
        }
    }

    /** One certificate, ready for handshakes. */
    record Served(List<String> names, SslContext context) {}

    /** The exact name, then a wildcard for its first label, then the first pair. */
    SslContext find(@Nullable String name) {
        if (name == null) {
            return first;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        SslContext found = exact.get(lower);
        if (found == null) {
            int dot = lower.indexOf('.');
            found = dot < 0 ? null : below.get(lower.substring(dot));
        }
        return found == null ? first : found;
    }
}
