package dev.concertina.starter.request;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One server, or the primary the Sentinels name. */
final class OneServer implements Servers {
    private static final CompletableFuture<Void> KNOWN = CompletableFuture.completedFuture(null);

    private final Line line;
    private final Supplier<CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>>> ears;

    /**
     * @param ears makes a connection for listening
     */
    OneServer(
            Line line,
            Supplier<CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>>> ears) {
        this.line = line;
        this.ears = ears;
    }

    @Override
    public boolean spread() {
        return false;
    }

    @Override
    public int slot(byte[] key) {
        return 0;
    }

    @Override
    public Optional<Line> of(int slot) {
        return Optional.of(line);
    }

    @Override
    public CompletableFuture<Void> known() {
        return KNOWN;
    }

    @Override
    public Line moved(int slot, RedisNode to) {
        return line;
    }

    @Override
    public Line at(RedisNode node) {
        return line;
    }

    @Override
    public void doubt() {}

    @Override
    public Optional<Home> home(int slot) {
        return Optional.of(Home.ONLY);
    }

    @Override
    public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> hear(Home home) {
        return ears.get();
    }

    @Override
    public boolean whole() {
        return true;
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }

    @Override
    public void close() {
        line.close();
    }
}
