package dev.concertina.starter.request;

import java.util.Optional;

/**
 * Where something is said and can be heard.
 *
 * @param node empty where there is one server for everything, whichever it is at the moment
 */
record Home(Optional<RedisNode> node) {
    static final Home ONLY = new Home(Optional.empty());

    @Override
    public String toString() {
        return node.map(at -> "Redis " + at).orElse("Redis");
    }
}
