package dev.concertina.gateway.handover;

import dev.concertina.contract.Handover;
import dev.concertina.contract.RoutingTable;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a gateway process gives to its successor; it keeps all of it, so the gift can fail. */
public final class Bequest {
    private Bequest() {}

    /** Why this process cannot be taken over; empty if it can. */
    public static Optional<String> refusal(Listeners listeners) {
        return listeners.canBePassed() && Epoll.isAvailable()
                ? Optional.empty()
                : Optional.of(
                        "this gateway uses Java's own sockets, for want of io_uring and epoll, and"
                                + " those cannot be passed. Restart it instead");
    }

    public static CompletableFuture<Handover> send(
            RoutingTable table, Listeners listeners, Path to) {
        Map<String, FileDescriptor> descriptors = listeners.descriptors();
        return DescriptorSender.send(descriptors.values(), to)
                .thenApply(_ -> new Handover(table, List.copyOf(descriptors.keySet())));
    }
}
