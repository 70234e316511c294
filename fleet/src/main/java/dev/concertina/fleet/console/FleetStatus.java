package dev.concertina.fleet.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The fleet at one moment, as {@code status --json} prints it.
 *
 * @param phase {@code starting}, {@code up}, {@code deploying}, {@code stopping} or {@code failed}
 * @param address where clients come in, such as {@code http://127.0.0.1:8080}
 * @param wanted instances asked for
 * @param release the one that serves, or is being replaced
 * @param rollout the one in progress, in words
 * @param progress of a rollout in steps; empty where there is none
 */
public record FleetStatus(
        String name,
        long pid,
        String phase,
        String address,
        int wanted,
        String release,
        Optional<String> rollout,
        List<InstanceStatus> instances,
        GatewayStatusLine gateway,
        List<ServiceStatus> services,
        Optional<Progress> progress) {

    /** With no rollout in steps. */
    public FleetStatus(
            String name,
            long pid,
            String phase,
            String address,
            int wanted,
            String release,
            Optional<String> rollout,
            List<InstanceStatus> instances,
            GatewayStatusLine gateway,
            List<ServiceStatus> services) {
        this(
                name,
                pid,
                phase,
                address,
                wanted,
                release,
                rollout,
                instances,
                gateway,
                services,
                Optional.empty());
    }

    /**
     * How far a canary, or a blue-green release, has come.
     *
     * @param strategy {@code canary} or {@code blue-green}
     * @param step from 1
     * @param percent of the requests the new release gets now
     * @param phase {@code preparing} the step, {@code watching} it, or {@code finishing}
     * @param since when the phase began
     * @param byHand whether it waits for {@code promote}
     * @param judge what the judge thinks: {@code promote}, {@code roll back} or {@code not enough
     *     traffic yet}, with the numbers; empty where nobody judges
     */
    public record Progress(
            String strategy,
            String from,
            String to,
            int step,
            List<Integer> steps,
            int percent,
            String phase,
            Instant since,
            boolean byHand,
            Optional<String> judge) {
        public Progress {
            steps = List.copyOf(steps);
        }
    }

    /**
     * @param state {@code starting}, {@code ready}, {@code unready}, {@code draining}, {@code
     *     stopping}, {@code waiting} (for a restart) or {@code failed}
     * @param since when it entered the state
     * @param inFlight requests the gateway has given it and not had back
     * @param restarts how often this slot's process was started again after it ended by itself
     * @param reason why it is not ready: last probe answer or exit; or why it is to be replaced
     * @param detail of one that was given up: the end of its log, and what to type next
     */
    public record InstanceStatus(
            String id,
            long pid,
            int port,
            String release,
            String state,
            Instant since,
            int inFlight,
            int restarts,
            Optional<String> reason,
            Optional<String> detail) {

        /** One that was not given up. */
        public InstanceStatus(
                String id,
                long pid,
                int port,
                String release,
                String state,
                Instant since,
                int inFlight,
                int restarts,
                Optional<String> reason) {
            this(
                    id,
                    pid,
                    port,
                    release,
                    state,
                    since,
                    inFlight,
                    restarts,
                    reason,
                    Optional.empty());
        }
    }

    /**
     * @param engine {@code embedded} or {@code nginx}
     * @param leaving pids of earlier processes that accept no more and still serve
     */
    public record GatewayStatusLine(
            String engine,
            long pid,
            int port,
            String state,
            long requests,
            long retried,
            long unserved,
            int restarts,
            List<Long> leaving) {

        public GatewayStatusLine {
            leaving = List.copyOf(leaving);
        }

        /** The only one. */
        public GatewayStatusLine(
                String engine,
                long pid,
                int port,
                String state,
                long requests,
                long retried,
                long unserved,
                int restarts) {
            this(engine, pid, port, state, requests, retried, unserved, restarts, List.of());
        }
    }

    /**
     * @param kind {@code redis} or {@code postgres}; {@code url} without credentials
     */
    public record ServiceStatus(String kind, long pid, String url, String state) {}
}
