package dev.concertina.starter.request;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which node of a cluster has which slot. Immutable. */
final class SlotMap {
    private final @Nullable RedisNode[] owners;

    private SlotMap(@Nullable RedisNode[] owners) {
        this.owners = owners;
    }

    /**
     * Reads a reply to {@code CLUSTER SLOTS}: start, end, and the nodes, the primary first.
     *
     * @param asked the node that replied; it leaves out its own host if it does not know it
     */
    static SlotMap read(List<?> reply, RedisNode asked) {
        var owners = new @Nullable RedisNode[SlotHash.SLOT_COUNT];
        for (var part : reply) {
            if (part instanceof List<?> range
                    && range.size() > 2
                    && range.get(0) instanceof Long first
                    && range.get(1) instanceof Long last
                    && range.get(2) instanceof List<?> primary
                    && primary.size() > 1
                    && primary.get(1) instanceof Long port) {
                var host =
                        primary.get(0) instanceof byte[] name && name.length > 0
                                ? new String(name, StandardCharsets.UTF_8)
                                : asked.host();
                Arrays.fill(
                        owners,
                        (int) Math.max(0, first),
                        (int) Math.min(SlotHash.SLOT_COUNT, last + 1),
                        new RedisNode(host.equals("?") ? asked.host() : host, (int) (long) port));
            }
        }
        return new SlotMap(owners);
    }

    /**
     * What most nodes say, slot by slot. One that is cut off from the others still believes what
     * was true before; alone it does not win.
     */
    static SlotMap most(List<SlotMap> views) {
        if (views.size() == 1) {
            return views.getFirst();
        }
        var owners = new @Nullable RedisNode[SlotHash.SLOT_COUNT];
        for (int slot = 0; slot < owners.length; slot++) {
            owners[slot] = most(views, slot);
        }
        return new SlotMap(owners);
    }

    private static @Nullable RedisNode most(List<SlotMap> views, int slot) {
        var first = views.getFirst().owners[slot];
        boolean agreed = true;
        for (var view : views) {
            var owner = view.owners[slot];
            agreed &= owner != null && owner.equals(first);
        }
        if (agreed) {
            return first;
        }
        Map<RedisNode, Integer> votes = new HashMap<>();
        for (var view : views) {
            var owner = view.owners[slot];
            if (owner != null) {
                votes.merge(owner, 1, Integer::sum);
            }
        }
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    SlotMap with(int slot, RedisNode owner) {
        var next = owners.clone();
        next[slot] = owner;
        return new SlotMap(next);
    }

    Optional<RedisNode> owner(int slot) {
        return Optional.ofNullable(owners[slot]);
    }

    Set<RedisNode> nodes() {
        var nodes = new HashSet<RedisNode>();
        for (var owner : owners) {
            if (owner != null) {
                nodes.add(owner);
            }
        }
        return nodes;
    }

    /** Whether every slot has a node. */
    boolean isWhole() {
        return Arrays.stream(owners).allMatch(owner -> owner != null);
    }
}
