package dev.concertina.gateway.proxy;

import dev.concertina.gateway.net.OpenFiles;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many clients come in, over all listeners; the handler of each of their channels. At the bound
 * nothing more is accepted: clients wait in the kernel's queue until one goes, instead of failing,
 * and those who are in are served as before. One address at its own bound is closed at once,
 * because letting it wait would make everybody else wait behind it.
 */
@Sharable
public final class Gate extends ChannelInboundHandlerAdapter {
    private final Shared shared;

    // Beyond it nothing works: no connection to an instance, not even a class can be loaded.
    private final int affordable = OpenFiles.pairs();

    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
    private final Set<Channel> shut = ConcurrentHashMap.newKeySet();

    public Gate(Shared shared) {
        this.shared = shared;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        listeners.add(context.channel());
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listeners.remove(context.channel());
        shut.remove(context.channel());
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel client = (Channel) message;
        Rules rules = shared.plan().rules();
        InetAddress address = address(client);
        if (address != null && !admit(address, rules)) {
            client.unsafe().closeForcibly();
            return;
        }
        open.incrementAndGet();
        client.closeFuture().addListener(closed -> gone(address));
        regulate();
        context.fireChannelRead(client);
    }

    private static @Nullable InetAddress address(Channel client) {
        return client.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress()
                : null;
    }

    private boolean admit(InetAddress address, Rules rules) {
        int now = byAddress.merge(address, 1, Integer::sum);
        if (now <= rules.bounds().connectionsPerAddress() || rules.trusts(address.getAddress())) {
            return true;
        }
        leave(address);
        return false;
    }

    private void leave(InetAddress address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    private void gone(@Nullable InetAddress address) {
        open.decrementAndGet();
        if (address != null) {
            leave(address);
        }
        regulate();
    }

    /** Opens or shuts the listeners as the number and the bound of this moment say. */
    public void regulate() {
        boolean full = full();
        for (Channel listener : listeners) {
            if (full != shut.contains(listener)) {
                set(listener);
            }
        }
    }

    private void set(Channel listener) {
        if (!listener.eventLoop().inEventLoop()) {
            listener.eventLoop().execute(() -> set(listener));
            return;
        }
        // Asked again here: others may be regulating too. Only what this shut is opened by this.
        if (full()) {
            shut.add(listener);
            listener.config().setAutoRead(false);
        } else if (shut.remove(listener)) {
            listener.config().setAutoRead(true);
        }
    }

    private boolean full() {
        int bound = shared.plan().rules().bounds().connections();
        return open.get() >= Math.min(bound, affordable);
    }
}
