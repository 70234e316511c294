package dev.concertina.fleet.runtime;

import dev.concertina.fleet.host.LaunchSpec;

/** What to start for an instance. */
@FunctionalInterface
public interface Launcher {
    /**
     * @throws RuntimeException if it cannot be said, such as for a secret that is missing; the
     *     message becomes the reason why the instance did not start
     */
    LaunchSpec spec(String instance, String release, int port);
}
