package dev.concertina.starter.request;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One call under way: sent at once, led on to other servers if need be, and waited for. */
final class Flight {
    /** A cluster that sends a call round in circles is not well. */
    private static final int HOPS_MAX = 16;

    /** Between two tries while the keys of a call are split by a moving slot. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** Redis 6 puts what happened inside a script behind words of its own. */
    private static final Pattern AWAY =
            Pattern.compile(
                    "(?:ERR Error running script.*? -)?"
                            + "(?:MASTERDOWN|CLUSTERDOWN|OOM|NOREPLICAS|MISCONF) ",
                    Pattern.DOTALL);

    private final ScriptCall call;
    private final Servers servers;
    private final RedisStatistics statistics;
    private final Duration timeout;
    private final int slot;
    private final long startedNanos = System.nanoTime();

    private Optional<Line> line = Optional.empty();
    private Optional<RedisFuture<List<@Nullable Object>>> reply = Optional.empty();
    private Optional<Outage> outage = Optional.empty();
    private boolean inFull;
    private boolean asking;
    private int hops;

    Flight(ScriptCall call, Servers servers, RedisStatistics statistics, Duration timeout) {
        this.call = call;
        this.servers = servers;
        this.statistics = statistics;
        this.timeout = timeout;
        this.slot = call.keys().isEmpty() ? 0 : servers.slot(call.keys().getFirst());
        statistics.began();
    }

    /** Sends it if that needs no waiting. */
    void begin() {
        servers.of(slot).ifPresent(this::begin);
    }

    void begin(Line to) {
        line = Optional.of(to);
        if (!to.answers()) {
            outage = Optional.of(notAsked(to));
        } else if (to.connected()) {
            send(to);
        }
    }

    private static Outage notAsked(Line to) {
        return new Outage(to + " is not asked until it answers a probe", null);
    }

    private void send(Line to) {
        line = Optional.of(to);
        try {
            reply = Optional.of(to.send(call, inFull, asking));
        } catch (RedisException e) {
            fail(to, new Outage(to + " refused the call: " + e.getMessage(), e));
        }
    }

    /** Waits for the answer. */
    Answer end(long deadline) {
        try {
            while (outage.isEmpty()) {
                var parts = proceed(deadline);
                if (parts.isPresent()) {
                    line.ifPresent(Line::succeeded);
                    return new Answer.Reply(parts.get());
                }
            }
        } catch (TimeoutException e) {
            reply.ifPresent(waiting -> waiting.cancel(false));
            var late = new Outage("no answer from Redis within " + timeout.toMillis() + " ms", e);
            line.ifPresentOrElse(to -> fail(to, late), () -> fail(late));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outage = Optional.of(new Outage("interrupted while waiting for Redis", e, false));
        } finally {
            statistics.ended(System.nanoTime() - startedNanos);
        }
        return new Answer.Failed(outage.orElseThrow());
    }

    /** One step: to know the server, to have a connection to it, to have its reply. */
    private Optional<List<@Nullable Object>> proceed(long deadline)
            throws TimeoutException, InterruptedException {
        if (line.isEmpty()) {
            find(deadline);
            return Optional.empty();
        }
        var to = line.get();
        if (reply.isEmpty()) {
            connect(to, deadline);
            return Optional.empty();
        }
        try {
            var parts = Objects.requireNonNullElse(await(reply.get(), deadline), List.of());
            return Optional.of(Collections.unmodifiableList(parts));
        } catch (CancellationException e) {
            fail(to, new Outage(to + " refused the call: the connection is gone", e));
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            refused(to, cause, String.valueOf(cause.getMessage()), deadline);
        }
        return Optional.empty();
    }

    private void find(long deadline) throws TimeoutException, InterruptedException {
        var found = servers.of(slot);
        if (found.isEmpty() && !servers.known().isDone()) {
            waitFor(servers.known(), deadline);
            found = servers.of(slot);
        }
        found.ifPresentOrElse(
                this::begin, () -> fail(new Outage("no server of the cluster has the key", null)));
    }

    private void connect(Line to, long deadline) throws TimeoutException, InterruptedException {
        waitFor(to.connection(), deadline);
        send(to);
    }

    private static void waitFor(CompletableFuture<?> made, long deadline)
            throws TimeoutException, InterruptedException {
        try {
            var unused = await(made, deadline);
        } catch (ExecutionException e) {
            // Sending tells what is wrong.
        }
    }

    private static <T> T await(Future<T> reply, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        return reply.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void refused(Line to, Throwable cause, String message, long deadline)
            throws TimeoutException {
        if (cause instanceof RedisNoScriptException && !inFull) {
            inFull = true;
            send(to);
        } else if (message.startsWith("MOVED ") || message.startsWith("ASK ")) {
            lead(to, message);
        } else if (message.startsWith("TRYAGAIN") && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
            send(to);
        } else if (cause instanceof RedisReadOnlyException || message.contains(" -READONLY ")) {
            var wrong = new Outage(to + " is not the primary any more", cause);
            servers.doubt();
            to.wrong(wrong);
            fail(wrong);
        } else {
            boolean away = !refusesOnlyThis(cause, message);
            var refusal = new Outage(to + " refused the call: " + message, cause, away);
            // A script that is refused for what it asks says nothing about the server.
            if (away) {
                servers.doubt();
                fail(to, refusal);
            } else {
                outage = Optional.of(refusal);
            }
        }
    }

    private static boolean refusesOnlyThis(Throwable cause, String message) {
        return cause instanceof RedisCommandExecutionException
                && !(cause instanceof RedisLoadingException)
                && !(cause instanceof RedisBusyException)
                && !AWAY.matcher(message).lookingAt();
    }

    // Of the form MOVED 3999 127.0.0.1:6381.
    private void lead(Line from, String message) {
        statistics.redirected();
        var words = message.split(" ");
        var target = RedisNode.parse(words[words.length - 1], RedisAddress.PORT);
        if (target.isEmpty() || ++hops > HOPS_MAX) {
            servers.doubt();
            fail(from, new Outage(from + " led the call to nowhere: " + message, null));
            return;
        }
        asking = words[0].equals("ASK");
        from.succeeded();
        reply = Optional.empty();
        begin(asking ? servers.at(target.get()) : servers.moved(slot, target.get()));
    }

    private void fail(Line to, Outage failure) {
        to.failed(failure);
        fail(failure);
    }

    private void fail(Outage failure) {
        statistics.failed();
        outage = Optional.of(failure);
    }
}
