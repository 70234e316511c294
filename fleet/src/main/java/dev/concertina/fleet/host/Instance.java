package dev.concertina.fleet.host;

import java.util.concurrent.CompletionStage;

/** A process that was started or adopted. */
public interface Instance {
    ProcessIdentity identity();

    /** Sends the signal if, and only if, the process with this identity still runs. */
    void signal(Signal signal);

    /**
     * Completes, never exceptionally, when the process has ended. The dependent stages must not
     * block.
     */
    CompletionStage<Exit> exit();
}
