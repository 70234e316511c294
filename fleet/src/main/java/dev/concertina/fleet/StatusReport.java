package dev.concertina.fleet;

import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.LoadSample;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.FleetStatus.GatewayStatusLine;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.fleet.console.FleetStatus.Progress;
import dev.concertina.fleet.console.FleetStatus.ServiceStatus;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Opinion;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.manifest.Manifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Joins the fleet's state with what the gateway and the services say at the moment. */
final class StatusReport {
    private final Manifest manifest;
    private final Ports ports;
    private final Evidence evidence;
    private volatile Optional<GatewayStatus> last = Optional.empty();

    StatusReport(Manifest manifest, Ports ports, Evidence evidence) {
        this.evidence = evidence;
        this.manifest = manifest;
        this.ports = ports;
    }

    FleetStatus of(FleetState state) {
        boolean answers = askGateway();
        Optional<GatewayStatus> gateway = last;
        return new FleetStatus(
                manifest.app().name(),
                ProcessHandle.current().pid(),
                phase(state),
                address(gateway),
                state.wanted(),
                state.rollout().map(Rollout::from).filter(r -> !r.isEmpty()).orElse(release(state)),
                state.rollout().map(StatusReport::words),
                state.slots().stream().map(s -> instance(state, s, gateway)).toList(),
                line(gateway, answers),
                services(),
                progress(state));
    }

    private static String release(FleetState state) {
        return state.rollout().map(Rollout::to).orElse(state.release());
    }

    private boolean askGateway() {
        try {
            last =
                    Optional.of(
                            ports.gateway()
                                    .status()
                                    .toCompletableFuture()
                                    .orTimeout(1, TimeUnit.SECONDS)
                                    .join());
            return true;
        } catch (CompletionException _) {
            // It is being started again, or was stopped: the last answer is the best there is.
            return false;
        }
    }

    private static String phase(FleetState state) {
        return switch (state.course()) {
            case HALT -> "failed";
            case CLOSE, END -> "stopping";
            case RUN -> {
                if (state.rollout().isEmpty()) {
                    yield state.ready() > 0 || state.settled() ? "up" : "starting";
                }
                yield state.rollout().get().from().isEmpty() ? "starting" : "deploying";
            }
        };
    }

    private static Optional<Progress> progress(FleetState state) {
        return state.rollout().orElse(null) instanceof Staged s
                ? Optional.of(
                        new Progress(
                                word(s.approach().kind()),
                                s.from(),
                                s.to(),
                                s.step() + 1,
                                s.approach().shares(),
                                s.percent(),
                                switch (s.phase()) {
                                    case PREPARE -> "preparing";
                                    case WATCH -> "watching";
                                    case FINISH -> "finishing";
                                },
                                s.since(),
                                s.approach().byHand(),
                                s.opinion().map(StatusReport::words)))
                : Optional.empty();
    }

    private static String word(Approach.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String words(Opinion opinion) {
        return switch (opinion.kind()) {
            case PROMOTE -> "promote: " + opinion.words();
            case ROLL_BACK -> "roll back: " + opinion.words();
            case NOT_YET -> opinion.words();
        };
    }

    private static String words(Rollout rollout) {
        if (rollout.setback().isPresent()) {
            return "back to " + rollout.to() + ": " + rollout.setback().get().reason();
        }
        if (rollout.from().isEmpty()) {
            return "start of " + rollout.to();
        }
        if (rollout instanceof Staged staged) {
            return rollout.from()
                    + " → "
                    + rollout.to()
                    + ", "
                    + word(staged.approach().kind())
                    + ": step "
                    + (staged.step() + 1)
                    + " of "
                    + staged.approach().shares().size()
                    + ", "
                    + staged.percent()
                    + " % of the requests";
        }
        return rollout.from().equals(rollout.to())
                ? "restart of " + rollout.to()
                : rollout.from() + " → " + rollout.to();
    }

    private String address(Optional<GatewayStatus> gateway) {
        String host = manifest.gateway().host();
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        int port = gateway.map(GatewayStatus::port).orElse(manifest.gateway().port());
        String scheme = manifest.gateway().tls().isPresent() ? "https" : "http";
        return scheme + "://" + shown + ":" + port;
    }

    private InstanceStatus instance(FleetState state, Slot slot, Optional<GatewayStatus> gateway) {
        int inFlight =
                gateway.stream()
                        .flatMap(g -> g.targets().stream())
                        .filter(t -> t.id().value().equals(slot.instance()))
                        .mapToInt(LoadSample::inFlight)
                        .sum();
        return new InstanceStatus(
                slot.instance(),
                slot.running().map(ProcessRef::pid).orElse(0L),
                slot.running().map(ProcessRef::port).orElse(0),
                slot.release(),
                word(slot),
                slot.since(),
                inFlight,
                slot.occupant().restarts(),
                Evidence.reason(slot).or(() -> worn(state, slot)),
                slot instanceof Slot.Failed
                        ? evidence.ofFailed(slot.instance())
                        : Optional.empty());
    }

    private static Optional<String> worn(FleetState state, Slot slot) {
        return state.wear().reason(slot.instance()).map(why -> "is to be replaced: it " + why);
    }

    private static String word(Slot slot) {
        return switch (slot) {
            case Slot.Starting _ -> "starting";
            case Slot.Ready _ -> "ready";
            case Slot.Unready _ -> "unready";
            case Slot.Draining _ -> "draining";
            case Slot.Stopping _ -> "stopping";
            case Slot.Waiting _ -> "waiting";
            case Slot.Failed _ -> "failed";
        };
    }

    private GatewayStatusLine line(Optional<GatewayStatus> gateway, boolean answers) {
        return gateway.map(g ->
                        new GatewayStatusLine(
                                engine(),
                                g.pid(),
                                g.port(),
                                answers ? "up" : "starting",
                                g.requests(),
                                g.retried(),
                                g.unserved(),
                                ports.gatewayRestarts().getAsInt(),
                                ports.gateway().leaving()))
                .orElse(
                        new GatewayStatusLine(
                                engine(), 0, manifest.gateway().port(), "starting", 0, 0, 0, 0));
    }

    private String engine() {
        return manifest.gateway().engine().name().toLowerCase(Locale.ROOT);
    }

    private List<ServiceStatus> services() {
        return ports.services().states().stream()
                .map(s -> new ServiceStatus(s.kind(), s.pid(), s.url(), s.state()))
                .toList();
    }
}
