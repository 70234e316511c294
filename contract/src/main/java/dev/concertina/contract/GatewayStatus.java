package dev.concertina.contract;

import java.util.List;

/**
 * The gateway's answer to {@code GET /status} on its control socket.
 *
 * @param port the TCP port it listens on, also when 0 was asked for
 * @param tableVersion of the table it obeys; 0 before the first
 * @param requests accepted from clients since start
 * @param retried requests sent a second time because the first provably was not processed
 * @param unserved requests answered by the gateway itself with 502, 503 or 504
 * @param connections of clients, open at the moment
 * @param problems what an operator should look at, one sentence each, such as a certificate that
 *     could not be reloaded
 */
public record GatewayStatus(
        long pid,
        int port,
        long tableVersion,
        long requests,
        long retried,
        long unserved,
        int connections,
        List<LoadSample> targets,
        List<String> problems,
        GatewayPhase phase) {

    public GatewayStatus {
        targets = List.copyOf(targets);
        // Null from a gateway of an earlier release.
        problems = problems == null ? List.of() : List.copyOf(problems);
        phase = phase == null ? GatewayPhase.ACCEPTING : phase;
    }

    /** Of one that accepts, with no problems. */
    public GatewayStatus(
            long pid,
            int port,
            long tableVersion,
            long requests,
            long retried,
            long unserved,
            int connections,
            List<LoadSample> targets) {
        this(
                pid,
                port,
                tableVersion,
                requests,
                retried,
                unserved,
                connections,
                targets,
                List.of(),
                GatewayPhase.ACCEPTING);
    }
}
