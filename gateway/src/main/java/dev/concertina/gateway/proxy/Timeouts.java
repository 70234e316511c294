package dev.concertina.gateway.proxy;

import java.time.Duration;

/**
 * How long the gateway waits.
 *
 * @param connect for a connection to a target
 * @param response for the head of a response, from when the request was sent
 * @param head for the whole head of a request, from its first octet or the connection's beginning
 * @param keepAlive for the next request on a client's connection
 * @param hold for a target that can take a request
 * @param idleUpstream before an unused connection to a target is closed
 */
public record Timeouts(
        Duration connect,
        Duration response,
        Duration head,
        Duration keepAlive,
        Duration hold,
        Duration idleUpstream) {

    public static Timeouts defaults() {
        return new Timeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                Duration.ofSeconds(10),
                Duration.ofSeconds(4));
    }
}
