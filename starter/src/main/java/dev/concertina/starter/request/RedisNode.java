package dev.concertina.starter.request;

import java.util.Optional;

/** Host and port of one server. */
record RedisNode(String host, int port) {
    /** The part between the colons of {@code host:port} or {@code [address]:port}. */
    static Optional<RedisNode> parse(String text, int portDefault) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean bare = colon < 0 || (bracketed && colon < text.indexOf(']'));
        var host = bare ? text : text.substring(0, colon);
        if (bracketed && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = bare ? portDefault : Integer.parseInt(text.substring(colon + 1));
            return host.isBlank() || port < 1 || port > 65535
                    ? Optional.empty()
                    : Optional.of(new RedisNode(host, port));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
