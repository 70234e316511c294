package dev.concertina.contract;

/**
 * One instance the gateway may send requests to.
 *
 * @param weight share relative to the other targets, 1 or more
 * @param backup used only while no target that is not a backup can take the request
 */
public record Target(
        InstanceId id, String host, int port, String release, int weight, boolean backup) {

    public Target {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "target " + id + ": port " + port + " is not 1..65535");
        }
        if (weight < 1) {
            throw new IllegalArgumentException(
                    "target " + id + ": weight " + weight + " is below 1");
        }
    }

    public Target(InstanceId id, String host, int port, String release) {
        this(id, host, port, release, 1, false);
    }
}
