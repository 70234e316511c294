package dev.concertina.fleet.traffic;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A gateway process that has answered on its own control socket. Calls block and throw {@link
 * IOException} if it does not answer, {@link GatewayException} if it refuses.
 *
 * @param first what it answered first
 */
record Live(Instance instance, UnixHttp http, GatewayStatus first) {
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    long pid() {
        return instance.identity().pid();
    }

    boolean hasEnded() {
        return instance.exit().toCompletableFuture().isDone();
    }

    GatewayStatus status() throws IOException {
        return status(http);
    }

    static GatewayStatus status(UnixHttp http) throws IOException {
        return accepted(http.call("GET", GatewayControl.STATUS, null, ANSWER_WITHIN), "status")
                .as(GatewayStatus.class);
    }

    /**
     * Completes when no claim can be made under an earlier table.
     *
     * @return the version it obeys instead, if that is a newer one
     */
    OptionalLong obey(RoutingTable table) throws IOException {
        UnixHttp.Reply reply = http.call("PUT", GatewayControl.TABLE, table, ANSWER_WITHIN);
        if (reply.status() == 409) {
            return OptionalLong.of(status().tableVersion());
        }
        accepted(reply, "table " + table.version());
        return OptionalLong.empty();
    }

    Drained drain(InstanceId id, Duration within) throws IOException {
        return post(GatewayControl.DRAIN + id, within, "drain of " + id).as(Drained.class);
    }

    void accept() throws IOException {
        accepted(http.call("POST", GatewayControl.ACCEPT, null, ANSWER_WITHIN), "accept");
    }

    GatewayStatus retire(Duration within) throws IOException {
        String target = GatewayControl.RETIRE + "?" + GatewayControl.WITHIN + "=" + within;
        return accepted(http.call("POST", target, null, ANSWER_WITHIN), "retire")
                .as(GatewayStatus.class);
    }

    void stop(Duration within) throws IOException {
        post(GatewayControl.STOP, within, "stop");
    }

    private UnixHttp.Reply post(String path, Duration within, String what) throws IOException {
        String target = path + "?" + GatewayControl.WITHIN + "=" + within;
        return accepted(http.call("POST", target, null, within.plus(ANSWER_WITHIN)), what);
    }

    private static UnixHttp.Reply accepted(UnixHttp.Reply reply, String what) {
        if (!reply.ok()) {
            throw new GatewayException(
                    "gateway: " + what + " was refused: " + reply.status() + " " + reply.body());
        }
        return reply;
    }
}
