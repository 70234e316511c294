package dev.concertina.gateway.proxy;

import dev.concertina.gateway.net.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/**
 * What goes out to one HTTP/1.1 client. A head waits until the flush, so that the beginning of its
 * body can go with it.
 */
final class ClientOutput implements Flushed {
    private static final int COPIED_MAX = 4096;

    private final Worker worker;
    private final Channel channel;
    private @Nullable ByteBuf head;
    private boolean dirty;
    private boolean closed;
    private final Deadline stalled = new Deadline(this::stalled);
    private long written;
    private long taken;

    ClientOutput(Worker worker, Channel channel) {
        this.worker = worker;
        this.channel = channel;
    }

    void head(ByteBuf octets) {
        sendHead();
        head = octets;
        soil();
    }

    void body(ByteBuf content) {
        ByteBuf waiting = head;
        if (waiting != null && content.readableBytes() <= COPIED_MAX) {
            // One buffer goes out cheaper than two.
            waiting.writeBytes(content);
            content.release();
            return;
        }
        send(content);
    }

    /** Writes behind everything that came before, a head that still waits included. */
    void send(ByteBuf octets) {
        sendHead();
        write(octets);
    }

    private void write(ByteBuf octets) {
        if (closed) {
            octets.release();
            return;
        }
        written += octets.readableBytes();
        var _ = channel.write(octets, channel.voidPromise());
        soil();
    }

    private void soil() {
        if (!dirty) {
            dirty = true;
            worker.dirty(this);
        }
    }

    private void sendHead() {
        ByteBuf waiting = head;
        if (waiting != null) {
            head = null;
            write(waiting);
        }
    }

    @Override
    public void flushNow() {
        sendHead();
        dirty = false;
        channel.flush();
    }

    /**
     * Lets what was written arrive, and says that nothing follows.
     *
     * @param nothingToRead whether the client can have sent nothing more, so that closing resets
     *     nothing
     * @param arrived runs when nothing is left to write and the client may still be sending
     */
    void end(boolean nothingToRead, Runnable arrived) {
        sendHead();
        watch(true);
        var last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (nothingToRead) {
            last.addListener(ChannelFutureListener.CLOSE);
        } else {
            last.addListener(done -> {
                watch(false);
                Ending.finish(channel);
                arrived.run();
            });
        }
    }

    /** Whether to see to it that the client takes something from time to time. */
    void watch(boolean on) {
        if (on && !closed) {
            taken = written - pending();
            worker.arm(stalled, worker.rules().timeouts().send());
        } else {
            stalled.disarm();
        }
    }

    private void stalled() {
        if (written - pending() > taken) {
            watch(true);
        } else {
            reset();
        }
    }

    private long pending() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** A reset instead of an end: no client can take what it has for the whole. */
    void reset() {
        flushNow();
        Ending.reset(channel);
    }

    /** The channel is closed. */
    void closed() {
        closed = true;
        stalled.disarm();
        if (head != null) {
            head.release();
            head = null;
        }
    }
}
