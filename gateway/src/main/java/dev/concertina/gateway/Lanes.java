package dev.concertina.gateway;

import dev.concertina.gateway.http2.Http2;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.proxy.Shared;
import dev.concertina.gateway.proxy.Worker;
import dev.concertina.gateway.route.TargetState;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The event loops, each with what belongs to it, and what can be asked of all of them. */
final class Lanes {
    private final MultiThreadIoEventLoopGroup loops;
    private final Executor control;
    private final IdentityHashMap<EventLoop, Lane> lanes = new IdentityHashMap<>();
    private final List<Worker> workers = new ArrayList<>();

    /** One event loop's part. */
    record Lane(Worker worker, Http2 http2) {}

    /**
     * @param control where answers of all loops are gathered
     */
    Lanes(int count, Transport transport, Shared shared, Executor control) {
        this.control = control;
        this.loops = new MultiThreadIoEventLoopGroup(count, transport.handlers());
        SecureRandom seeds = new SecureRandom();
        for (EventExecutor executor : loops) {
            EventLoop loop = (IoEventLoop) executor;
            Worker worker = new Worker(loop, transport, shared, seeds.nextLong());
            workers.add(worker);
            lanes.put(loop, new Lane(worker, new Http2(worker)));
        }
    }

    MultiThreadIoEventLoopGroup loops() {
        return loops;
    }

    int count() {
        return workers.size();
    }

    /** The lane a channel is in. */
    Lane of(Channel channel) {
        return Objects.requireNonNull(lanes.get(channel.eventLoop()));
    }

    /** Runs on every loop; completes on the control thread. */
    <T> CompletableFuture<List<T>> onEach(Function<Worker, T> work) {
        List<CompletableFuture<T>> parts = new ArrayList<>();
        for (Worker worker : workers) {
            parts.add(CompletableFuture.supplyAsync(() -> work.apply(worker), worker::execute));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApplyAsync(
                        done -> parts.stream().map(CompletableFuture::join).toList(), control);
    }

    /** Completes when what every loop closes is closed. */
    CompletableFuture<Void> closed(Function<Worker, List<ChannelFuture>> closing) {
        return onEach(closing)
                .thenCompose(everywhere ->
                        CompletableFuture.allOf(
                                everywhere.stream()
                                        .flatMap(List::stream)
                                        .map(Lanes::completion)
                                        .toArray(CompletableFuture<?>[]::new)));
    }

    private static CompletableFuture<Void> completion(ChannelFuture future) {
        CompletableFuture<Void> completion = new CompletableFuture<>();
        future.addListener(done -> completion.complete(null));
        return completion;
    }

    /** Asks long-lived streams on the target to end, at times spread over the span. */
    void soften(TargetState state, Duration span) {
        for (Worker worker : workers) {
            worker.execute(() -> worker.soften(state, span));
        }
    }
}
