package dev.concertina.starter.database;

import dev.concertina.starter.instance.DatabaseConnections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many connections each instance may have, so that all of them together never have more than
 * the server takes.
 *
 * @param room what the server takes
 * @param spare left to people and tools
 * @param instances at one time, those of a rollout included
 * @param others what features of each instance keep beside the pool
 */
record Budget(ServerRoom room, int spare, int instances, List<DatabaseConnections> others) {
    /** With one, whoever needs a second waits for itself. */
    static final int LEAST = 2;

    /** The largest pool that fits; may be 0 or less. */
    int pool() {
        return each() - beside();
    }

    boolean fits(int pool) {
        return pool <= pool();
    }

    private int each() {
        return (room.most() - room.reserved() - spare) / instances;
    }

    private int beside() {
        return others.stream().mapToInt(DatabaseConnections::most).sum();
    }

    /** The sum, for whoever has to change a term of it. */
    String sum() {
        var text = new StringBuilder();
        text.append("the server takes ").append(room.most()).append(" connections (");
        text.append(room.limit()).append("), ");
        text.append(room.reserved()).append(" are reserved and ");
        text.append(spare).append(" spare (concertina.database.spare); ");
        text.append(instances).append(" instances (CONCERTINA_FLEET_SIZE_MAX or");
        text.append(" concertina.database.instances) have ").append(each()).append(" each");
        if (!others.isEmpty()) {
            text.append(", of which ");
            text.append(
                    others.stream()
                            .map(other -> other.whose() + " take " + other.most())
                            .collect(Collectors.joining(" and ")));
        }
        return text.toString();
    }
}
