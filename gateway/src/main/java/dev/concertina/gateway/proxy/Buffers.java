package dev.concertina.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What is done with buffers in more than one place. */
final class Buffers {
    private Buffers() {}

    /** One buffer with what both hold; both are released. */
    static ByteBuf join(ByteBufAllocator allocator, ByteBuf first, ByteBuf second) {
        ByteBuf both = allocator.ioBuffer(first.readableBytes() + second.readableBytes());
        both.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return both;
    }
}
