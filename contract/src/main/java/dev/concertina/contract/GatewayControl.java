package dev.concertina.contract;

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
 *   <li>{@code POST /stop?within=PT10S}: stop accepting, finish, exit 0.
 * </ul>
 *
 * Errors are {@code {"error": "..."}} with a 4xx status.
 */
public final class GatewayControl {
    public static final String TABLE = "/table";
    public static final String DRAIN = "/drain/";
    public static final String STATUS = "/status";
    public static final String STOP = "/stop";
    public static final String WITHIN = "within";

    private GatewayControl() {}
}
