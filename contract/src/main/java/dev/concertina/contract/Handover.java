package dev.concertina.contract;

import java.util.List;

/**
 * The gateway's answer to a successor that asked for what it needs to go on.
 *
 * @param table the one in force
 * @param listeners roles of the listening sockets, such as {@code main}, in the order in which
 *     their descriptors were sent
 */
public record Handover(RoutingTable table, List<String> listeners) {

    public Handover {
        listeners = List.copyOf(listeners);
    }
}
