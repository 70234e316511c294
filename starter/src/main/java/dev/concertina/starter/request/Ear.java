package dev.concertina.starter.request;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what is published (pub/sub), over one connection to each server whose channels are listened
 * to. Each connection also listens to a channel of its own, on which it is called every now and
 * then; one that does not hear its own name is replaced, whatever TCP says about it. Safe for use
 * by many threads.
 */
public final class Ear implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ear.class);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(1);
    private static final Script CALL =
            new Script("return {redis.call('PUBLISH', ARGV[1], ARGV[2])}");

    /** Who is told. Nothing here may wait. */
    public interface Listener {
        /** On the connection's own thread, in the order the server has sent them. */
        void heard(String channel, byte[] message);

        /** From now on everything is heard; what was said before may have been missed. */
        void listening(String channel);

        /** For now nothing is heard. */
        void deaf(String channel);
    }

    private final Redis redis;
    private final Servers servers;
    private final Listener listener;
    private final Duration every;
    private final LongAdder replaced = new LongAdder();
    // It alone writes what follows.
    private final ScheduledExecutorService mailbox =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("concertina-ear").factory());
    private final Map<Home, Wire> wires = new HashMap<>();
    private final Map<String, Wire> where = new ConcurrentHashMap<>();
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();

    /**
     * @param every how often each connection is called; it has as long to hear
     */
    Ear(Redis redis, Servers servers, Listener listener, Duration every) {
        this.redis = redis;
        this.servers = servers;
        this.listener = listener;
        this.every = every;
        long millis = every.toMillis();
        var unused =
                mailbox.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Listens; told by {@link Listener#listening} once it does. */
    public void add(String channel) {
        if (wanted.add(channel)) {
            post(() -> place(channel));
        }
    }

    public void remove(String channel) {
        if (wanted.remove(channel)) {
            post(() -> leave(channel));
        }
    }

    /** Connections that were given up because they were lost, or heard nothing. */
    public long replaced() {
        return replaced.sum();
    }

    private void post(Runnable task) {
        try {
            mailbox.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("nobody listens any more");
        }
    }

    private void after(Duration wait, Runnable task) {
        try {
            var unused = mailbox.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nobody listens any more");
        }
    }

    private Optional<Home> home(String channel) {
        return servers.home(servers.slot(bytes(channel)));
    }

    private void place(String channel) {
        if (!wanted.contains(channel) || where.containsKey(channel)) {
            return;
        }
        home(channel)
                .ifPresentOrElse(
                        home -> {
                            var wire = wires.computeIfAbsent(home, Wire::new);
                            where.put(channel, wire);
                            wire.add(channel);
                        },
                        () -> whenKnown(channel));
    }

    private void whenKnown(String channel) {
        var known = servers.known();
        // Otherwise the next look finds it.
        if (!known.isDone()) {
            var unused = known.thenRun(() -> post(() -> place(channel)));
        }
    }

    private void leave(String channel) {
        var wire = where.remove(channel);
        if (wire != null) {
            wire.remove(channel);
            if (wire.channels.isEmpty()) {
                wires.remove(wire.home);
                wire.end();
            }
        }
    }

    private void look() {
        try {
            for (var channel : List.copyOf(wanted)) {
                var wire = where.get(channel);
                if (wire == null) {
                    place(channel);
                } else if (home(channel).filter(home -> !home.equals(wire.home)).isPresent()) {
                    listener.deaf(channel);
                    leave(channel);
                    place(channel);
                }
            }
            List.copyOf(wires.values()).forEach(Wire::call);
        } catch (RuntimeException e) {
            log.warn("Looking after what is listened to failed.", e);
        }
    }

    @Override
    public void close() {
        post(() -> wires.values().forEach(Wire::end));
        mailbox.shutdown();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The connection to one server. Everything but {@code heard} runs on the mailbox. */
    private final class Wire {
        private final Home home;
        private final String own = redis.namespace() + ":ear:" + UUID.randomUUID();
        private final Set<String> channels = new HashSet<>();
        private Optional<StatefulRedisPubSubConnection<byte[], byte[]>> connection =
                Optional.empty();
        private Duration wait = RETRY;
        private int generation;
        private boolean ended;
        private long called;
        private volatile long heard;
        private boolean answered = true;
        private boolean ready;
        private int unready;

        Wire(Home home) {
            this.home = home;
            connect();
        }

        void add(String channel) {
            channels.add(channel);
            connection.ifPresent(made -> {
                var unused = made.async().subscribe(bytes(channel));
            });
        }

        void remove(String channel) {
            channels.remove(channel);
            connection.ifPresent(made -> {
                var unused = made.async().unsubscribe(bytes(channel));
            });
        }

        private void connect() {
            int mine = ++generation;
            var unused =
                    servers.hear(home)
                            .whenComplete((made, failure) ->
                                    post(() -> {
                                        if (failure != null) {
                                            failed(mine);
                                        } else {
                                            adopt(mine, made);
                                        }
                                    }));
        }

        private void failed(int mine) {
            if (ended || mine != generation) {
                return;
            }
            servers.doubt();
            after(
                    wait,
                    () -> {
                        if (!ended && mine == generation) {
                            connect();
                        }
                    });
            wait = wait.multipliedBy(2).compareTo(RETRY_MAX) > 0 ? RETRY_MAX : wait.multipliedBy(2);
        }

        private void adopt(int mine, StatefulRedisPubSubConnection<byte[], byte[]> made) {
            if (ended || mine != generation) {
                var unused = made.closeAsync();
                return;
            }
            connection = Optional.of(made);
            wait = RETRY;
            called = 0;
            heard = 0;
            answered = true;
            ready = false;
            unready = 0;
            made.addListener(
                    new RedisPubSubAdapter<byte[], byte[]>() {
                        @Override
                        public void message(byte[] channel, byte[] message) {
                            var name = text(channel);
                            if (name.equals(own)) {
                                heard = Long.parseLong(text(message));
                            } else {
                                listener.heard(name, message);
                            }
                        }

                        @Override
                        public void subscribed(byte[] channel, long count) {
                            var name = text(channel);
                            post(() -> {
                                if (mine == generation) {
                                    ready |= name.equals(own);
                                    if (channels.contains(name)) {
                                        listener.listening(name);
                                    }
                                }
                            });
                        }
                    });
            made.addListener(
                    new RedisConnectionStateListener() {
                        @Override
                        public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                            post(() -> {
                                if (mine == generation) {
                                    replace("it was lost");
                                }
                            });
                        }
                    });
            if (!made.isOpen()) {
                replace("it was lost");
                return;
            }
            var unused = made.async().subscribe(names());
        }

        private byte[][] names() {
            var names = new ArrayList<byte[]>();
            names.add(bytes(own));
            channels.forEach(channel -> names.add(bytes(channel)));
            return names.toArray(byte[][]::new);
        }

        private void replace(String why) {
            if (ended) {
                return;
            }
            log.info("The connection that listens at {} is replaced: {}.", home, why);
            replaced.increment();
            drop();
            List.copyOf(channels).forEach(listener::deaf);
            connect();
        }

        private void drop() {
            generation++;
            connection.ifPresent(made -> {
                var unused = made.closeAsync();
            });
            connection = Optional.empty();
        }

        /** Looks whether the last call was heard, and calls again. */
        void call() {
            if (connection.isEmpty()) {
                return;
            }
            if (!ready) {
                if (++unready > 1) {
                    replace("it does not confirm that it listens");
                }
                return;
            }
            if (called > 0 && answered && heard < called) {
                replace("it has not heard its own name within " + every.toMillis() + " ms");
                return;
            }
            long number = called + 1;
            int mine = generation;
            answered = false;
            called = number;
            var keys = redis.isSpread() ? keys(channels) : List.<byte[]>of();
            var unused =
                    Thread.ofVirtual()
                            .name("concertina-ear-call")
                            .start(() -> {
                                try {
                                    var unusedReply =
                                            redis.call(
                                                    CALL,
                                                    keys,
                                                    List.of(
                                                            bytes(own),
                                                            bytes(Long.toString(number))));
                                    post(() -> {
                                        answered |= mine == generation && number == called;
                                    });
                                } catch (Outage e) {
                                    // Whether it would have been heard nobody knows.
                                    log.debug("could not call: {}", e.getMessage());
                                }
                            });
        }

        // A key of this server's, so that the call begins where the messages do.
        private static List<byte[]> keys(Collection<String> channels) {
            return channels.stream().limit(1).map(Ear::bytes).toList();
        }

        void end() {
            ended = true;
            drop();
        }
    }
}
