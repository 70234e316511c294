package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.verifier.history.FaultWindow;
import dev.concertina.verifier.history.History;
import dev.concertina.verifier.history.RunClock;
import dev.concertina.verifier.http.Client;
import dev.concertina.verifier.workload.OpenLoad;
import dev.concertina.verifier.workload.Users;
import java.util.function.Consumer;
import java.util.random.RandomGenerator.SplittableGenerator;

/** Everything a check works with. */
public record Stage(
        Manifest manifest,
        ObservedFleet fleet,
        Faults faults,
        History history,
        RunClock clock,
        Client gateway,
        Users users,
        SplittableGenerator random,
        Limits limits,
        Consumer<String> story) {

    void tell(String text) {
        story.accept(text);
    }

    /** A client that asks one instance on its own port, past the gateway. */
    Client direct(InstanceStatus instance) {
        return new Client(
                gateway.origin().direct(instance.port(), instance.id()), clock, limits.request());
    }

    OpenLoad load(String check, LoadJourneys journeys) {
        return new OpenLoad(
                check,
                journeys.journeys(),
                manifest.verify().load().requestsPerSecond(),
                users,
                gateway,
                clock,
                random.split());
    }

    void record(String check, String fault, long from) {
        history.append(new FaultWindow(check, fault, from, clock.nanos()));
    }
}
