package dev.concertina.gateway.observe;

import org.jspecify.annotations.Nullable;

/**
 * One request, as it is logged when its response is over.
 *
 * @param atMillis when its head was complete, in milliseconds of the epoch
 * @param client address, as a trusted proxy or else the connection says
 * @param target as it was sent, with its query
 * @param protocol such as {@code HTTP/1.1}
 * @param status of the response; 0 if there was none before the client went away
 * @param bytes of the response's body that were sent
 * @param durationNanos until the last octet was written
 * @param upstreamNanos of that, from when the request was sent to the instance to the end of its
 *     response; negative if no instance was asked
 * @param instance that answered; null if none did
 * @param retries tries after the first
 * @param tls version such as {@code TLSv1.3}; null without
 */
public record AccessEntry(
        long atMillis,
        String requestId,
        String client,
        String method,
        String target,
        String protocol,
        int status,
        long bytes,
        long durationNanos,
        long upstreamNanos,
        @Nullable String instance,
        int retries,
        @Nullable String tls) {}
