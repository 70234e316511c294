package dev.concertina.contract;

import java.nio.file.Path;

/**
 * The leash: HTTP/1.1 with JSON bodies over the gateway's Unix domain socket (mode 0600). Property
 * names are those of the records; durations are ISO-8601, such as {@code PT30S}.
 *
 * <ul>
 *   <li>{@code PUT /table} with a {@link RoutingTable}: 200 with the {@link GatewayStatus}, once no
 *       new claim can be made under the previous table; 409 if a newer one is held.
 *   <li>{@code POST /drain/{id}?within=PT30S}: answers 200 with {@link Drained} when the last claim
 *       is given back, at the latest after {@code within}. Requires nothing: an id that is unknown
 *       or was drained before is answered at once, so a repeated call is safe.
 *   <li>{@code GET /status}: {@link GatewayStatus}.
 *   <li>{@code GET /metrics}: counts as text, in Prometheus' format.
 *   <li>{@code POST /stop?within=PT10S}: stop accepting, finish, exit 0.
 * </ul>
 *
 * <p>Three calls replace a gateway by a successor, a process started with {@code --take-over} and
 * the path of this socket. Each may be repeated.
 *
 * <ul>
 *   <li>{@code POST /handover?to=PATH}, from the successor: connects to the Unix socket at {@code
 *       to}, sends its listening sockets there, one descriptor a message, and answers 200 with the
 *       {@link Handover}. Nothing else changes. 409 if it does not accept itself, 501 if its
 *       transport cannot pass descriptors.
 *   <li>{@code POST /accept}, to the successor: 200 with the {@link GatewayStatus} once it accepts
 *       and the path given as {@code --control} leads to it. Give it the newest table first.
 *   <li>{@code POST /retire?within=PT5M}, to the predecessor: 200 with the {@link GatewayStatus}
 *       once it accepts no more. Every next response is a connection's last, streams go on, idle
 *       connections end by their own timeout; within the time all have ended, and then so does the
 *       process.
 * </ul>
 *
 * <p>Every gateway process is also reached at {@link #ownSocket}, in every phase of its life.
 *
 * <p>Errors are {@code {"error": "..."}} with a 4xx status.
 */
public final class GatewayControl {
    public static final String TABLE = "/table";
    public static final String DRAIN = "/drain/";
    public static final String STATUS = "/status";
    public static final String METRICS = "/metrics";
    public static final String STOP = "/stop";
    public static final String HANDOVER = "/handover";
    public static final String ACCEPT = "/accept";
    public static final String RETIRE = "/retire";
    public static final String WITHIN = "within";
    public static final String TO = "to";

    private GatewayControl() {}

    /** Where the process with this pid is reached, beside the path given as {@code --control}. */
    public static Path ownSocket(Path control, long pid) {
        // A short name: paths of Unix sockets end at 107 octets.
        return control.resolveSibling('~' + Long.toString(pid, Character.MAX_RADIX));
    }
}
