package dev.concertina.starter.request;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Which server has which key. */
interface Servers extends AutoCloseable {
    /** Whether there are several, so that all keys of a call must share a slot. */
    boolean spread();

    /** The part of the key's space that has one server, whichever it is. */
    int slot(byte[] key);

    /** The server that has the slot as far as is known; empty when nothing is known. */
    Optional<Line> of(int slot);

    /** Done when it was first found out, or tried to, where every key is. */
    CompletableFuture<Void> known();

    /** A server said that the slot is elsewhere by now. */
    Line moved(int slot, RedisNode to);

    /** A server the cluster named, which has the slot only for a moment. */
    Line at(RedisNode node);

    /** What is known may be wrong. */
    void doubt();

    /** Where what is published in the slot can be heard; empty when nothing is known. */
    Optional<Home> home(int slot);

    /** A new connection for listening there. */
    CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> hear(Home home);

    /** Whether every key has a server. */
    boolean whole();

    /** All that are asked. */
    List<Line> lines();

    @Override
    void close();
}
