package dev.concertina.cli;

import static java.util.stream.Collectors.joining;

import dev.concertina.fleet.console.FleetStatus;

/** The ids that a user may name. */
final class Instances {
    private Instances() {}

    /** Refuses an id that the fleet does not have. */
    static void known(FleetStatus status, String id) {
        if (status.instances().stream().noneMatch(i -> i.id().equals(id))) {
            throw Refusal.usage(
                    "There is no instance '"
                            + id
                            + "'. There are: "
                            + status.instances().stream()
                                    .map(FleetStatus.InstanceStatus::id)
                                    .collect(joining(", "))
                            + ".");
        }
    }
}
