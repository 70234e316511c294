package dev.concertina.starter.request;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A connection, and the name of the server process at its other end. A process that was started
 * again, or took over from another one, has another name, and may have lost what was acknowledged.
 *
 * @param server empty where the user of Redis may not ask
 */
@SuppressWarnings("ArrayRecordComponent") // opaque here; compared by nobody
record Link(StatefulRedisConnection<byte[], byte[]> connection, byte[] server) {
    private static final Pattern NAME = Pattern.compile("(?m)^run_id:(\\w{1,64})");

    /** Asks for the name on a new connection, which is ended if there is no answer. */
    static CompletableFuture<Link> of(
            StatefulRedisConnection<byte[], byte[]> made, Duration patience) {
        return made.async()
                .info("server")
                .toCompletableFuture()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .handle((text, failure) -> {
                    if (failure == null) {
                        return new Link(made, name(text));
                    }
                    if (failure instanceof RedisCommandExecutionException) {
                        return new Link(made, new byte[0]);
                    }
                    var unused = made.closeAsync();
                    throw new CompletionException(failure);
                });
    }

    private static byte[] name(String text) {
        var found = NAME.matcher(text);
        return (found.find() ? found.group(1) : "").getBytes(StandardCharsets.US_ASCII);
    }
}
