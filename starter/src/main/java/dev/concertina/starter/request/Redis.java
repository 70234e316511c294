package dev.concertina.starter.request;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Redis: one server, the primary of some Sentinels, or a cluster. No call waits longer than the
 * timeout, whatever it has to wait for; after some failures in a row calls to a server fail at
 * once, until a new connection was greeted. That is tried from the moment of failing, by itself.
 * Safe for use by many threads.
 */
public final class Redis implements AutoCloseable {
    private static final Script PING = new Script("return {redis.call('PING')}");

    private final Duration timeout;
    private final String namespace;
    private final RedisConnections connections;
    private final Servers servers;
    private final RedisStatistics statistics = new RedisStatistics();
    private volatile @Nullable CallWatch watch;

    Redis(RedisAddress address, RedisSettings settings, String namespace) {
        this.timeout = settings.timeout();
        this.namespace = namespace;
        this.connections = new RedisConnections(settings);
        this.servers = servers(address, settings, connections);
    }

    private static Servers servers(
            RedisAddress address, RedisSettings settings, RedisConnections connections) {
        return switch (address) {
            case RedisAddress.Single single ->
                    new OneServer(
                            line(() -> connections.connect(single.uri()), settings, connections),
                            () -> connections.hear(single.uri()));
            case RedisAddress.Sentinel sentinel -> {
                var sentinels = new Sentinels(sentinel, settings, connections);
                var line = line(sentinels, settings, connections);
                sentinels.watch(line);
                yield new OneServer(line, sentinels::hear);
            }
            case RedisAddress.Cluster cluster -> new ClusterServers(cluster, settings, connections);
        };
    }

    private static Line line(
            Line.Connector connector, RedisSettings settings, RedisConnections connections) {
        return new Line("Redis", connector, connections, settings.circuit(), () -> {});
    }

    /** First part of every key. */
    public String namespace() {
        return namespace;
    }

    /**
     * Whether keys are spread over several servers, so that all keys of one call must share a slot
     * (what is in braces decides it).
     */
    public boolean isSpread() {
        return servers.spread();
    }

    /** The slot of a call with these keys; calls of one slot may be one. */
    int slot(List<byte[]> keys) {
        return keys.isEmpty() ? 0 : servers.slot(keys.getFirst());
    }

    /** Whether it is asked at the moment, all of it. */
    public boolean answers() {
        return servers.whole() && servers.lines().stream().allMatch(Line::answers);
    }

    RedisStatistics statistics() {
        return statistics;
    }

    /**
     * Runs a script, one command on the wire once the server knows it.
     *
     * @throws Outage if there is no answer within the timeout
     */
    public List<@Nullable Object> call(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return call(List.of(new ScriptCall(script, keys, arguments))).getFirst();
    }

    /**
     * Runs scripts that do not wait for each other: one command on the wire each, one round trip
     * for all. They run in this order if one server has them all.
     *
     * @return the reply of each; if one is refused the others may have run
     * @throws Outage if not all are answered within the timeout
     */
    public List<List<@Nullable Object>> call(List<ScriptCall> calls) {
        var replies = new ArrayList<List<@Nullable Object>>(calls.size());
        for (var answer : callAll(calls)) {
            switch (answer) {
                case Answer.Reply reply -> replies.add(reply.parts());
                case Answer.Failed failed -> throw failed.outage();
            }
        }
        return replies;
    }

    /** The same, where a failure of one says nothing about the others. */
    List<Answer> callAll(List<ScriptCall> calls) {
        var watching = watch;
        if (watching == null || calls.isEmpty()) {
            return fly(calls);
        }
        var end = watching.begin();
        var answers = fly(calls);
        end.accept(
                answers.stream()
                        .filter(Answer.Failed.class::isInstance)
                        .map(answer -> ((Answer.Failed) answer).outage())
                        .findFirst());
        return answers;
    }

    /** Lets somebody see every call from now on. */
    public void watch(CallWatch watch) {
        this.watch = watch;
    }

    private List<Answer> fly(List<ScriptCall> calls) {
        long deadline = System.nanoTime() + timeout.toNanos();
        var flights = new ArrayList<Flight>(calls.size());
        for (var call : calls) {
            flights.add(new Flight(call, servers, statistics, timeout));
        }
        flights.forEach(Flight::begin);
        var answers = new ArrayList<Answer>(calls.size());
        flights.forEach(flight -> answers.add(flight.end(deadline)));
        return answers;
    }

    /** Puts keys together that one script may name: on a single server all of them. */
    public List<List<byte[]>> together(List<byte[]> keys) {
        var bySlot = new LinkedHashMap<Integer, List<byte[]>>();
        for (var key : keys) {
            bySlot.computeIfAbsent(servers.slot(key), slot -> new ArrayList<>()).add(key);
        }
        return List.copyOf(bySlot.values());
    }

    /**
     * Begins to listen to what is published, over connections of its own.
     *
     * @param every how often each connection is tested, and how long it may take to hear that
     */
    public Ear listen(Ear.Listener listener, Duration every) {
        return new Ear(this, servers, listener, every);
    }

    /**
     * Asks every server for a sign of life.
     *
     * @throws Outage if one gives none within the timeout
     */
    public void ping() {
        long deadline = System.nanoTime() + timeout.toNanos();
        var script = new ScriptCall(PING, List.of(), List.of());
        if (servers.lines().isEmpty()) {
            var flight = new Flight(script, servers, statistics, timeout);
            flight.begin();
            throwing(flight.end(deadline));
        }
        var flights = new ArrayList<Flight>();
        for (var line : servers.lines()) {
            var flight = new Flight(script, servers, statistics, timeout);
            flight.begin(line);
            flights.add(flight);
        }
        flights.stream().map(flight -> flight.end(deadline)).toList().forEach(Redis::throwing);
        if (!servers.whole()) {
            throw new Outage("some keys have no server in the cluster", null);
        }
    }

    private static void throwing(Answer answer) {
        if (answer instanceof Answer.Failed(Outage outage)) {
            throw outage;
        }
    }

    @Override
    public void close() {
        servers.close();
        connections.close();
    }
}
