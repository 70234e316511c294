package dev.concertina.fleet.host.services;

import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import java.util.Map;
import java.util.Optional;

/** What differs between the services that the fleet can run itself. */
interface Engine {
    /** {@code redis} or {@code postgres}: the key in the manifest and the name of the folder. */
    String kind();

    /**
     * Makes binaries, data folder and credentials ready. May take seconds the first time.
     *
     * @throws ServiceException if the data cannot be used
     */
    void prepare();

    LaunchSpec launch(int port);

    /** Speaks to the server. Empty when it serves; else what it said instead. */
    Optional<String> ask(int port);

    /**
     * Ends a server on this port that took our password and that no pid is known of. Returns when
     * it has gone; does nothing if there is none.
     */
    void endUnknown(int port);

    /** Asks it to end in order without waiting for its clients. */
    Signal stopSignal();

    /** What the user should know when the process ends while it starts. */
    String adviceOnFailure();

    /** Without credentials. */
    String url(int port);

    /** For the instances, credentials included. */
    Map<String, String> env(int port);
}
