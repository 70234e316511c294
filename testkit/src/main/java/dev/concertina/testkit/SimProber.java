package dev.concertina.testkit;

import dev.concertina.fleet.probe.ProbeResult;
import dev.concertina.fleet.probe.Prober;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Probes of simulated processes; now and then it lies, if it is told to. */
public final class SimProber implements Prober {
    /** The path of liveness. */
    public static final String LIVE = "/health/live";

    private static final int BODY_MAX = 500;
    private static final ProbeResult BROKEN =
            new ProbeResult.Broken("the connection was closed before an answer");

    private static final ProbeResult REFUSED = new ProbeResult.Refused();

    private final SimTime time;
    private final SimHost host;
    private double lies;
    private double flatters;
    private Consumer<String> onProbe = _ -> {};

    public SimProber(SimTime time, SimHost host) {
        this.time = time;
        this.host = host;
    }

    /** The share of probes that find a healthy process unhealthy. */
    public void lie(double share) {
        lies = share;
    }

    /** The share of probes that find a process ready which has only just been started. */
    public void flatter(double share) {
        flatters = share;
    }

    /** Called with the path of each probe before it is sent. */
    public void onProbe(Consumer<String> listener) {
        onProbe = listener;
    }

    @Override
    public CompletionStage<ProbeResult> probe(URI uri, Duration timeout) {
        onProbe.accept(uri.getPath());
        var result = new CompletableFuture<ProbeResult>();
        Duration takes = time.between(Duration.ofMillis(1), Duration.ofMillis(20));
        boolean silent = host.on(uri.getPort()).map(SimHost.SimProcess::frozen).orElse(false);
        time.after(
                silent ? timeout : takes,
                () ->
                        result.complete(
                                silent ? new ProbeResult.TimedOut(timeout) : ask(uri, takes)));
        return result;
    }

    private ProbeResult ask(URI uri, Duration took) {
        if (lies > 0 && time.random().nextDouble() < lies) {
            return new ProbeResult.Answered(503, "a lie", took);
        }
        Optional<SimHost.SimProcess> process = host.on(uri.getPort());
        boolean flattered =
                flatters > 0
                        && process.filter(SimHost.SimProcess::lasting).isPresent()
                        && time.random().nextDouble() < flatters;
        if (flattered) {
            return answer(process.get(), uri).map(a -> answered(a, took)).orElse(BROKEN);
        }
        return process.filter(SimHost.SimProcess::listening)
                .map(p -> answer(p, uri).map(a -> answered(a, took)).orElse(BROKEN))
                .orElse(REFUSED);
    }

    private static Optional<SimProgram.Answer> answer(SimHost.SimProcess process, URI uri) {
        return process.sick() && uri.getPath().equals(LIVE)
                ? Optional.of(new SimProgram.Answer(500, "deadlocked"))
                : process.answer();
    }

    private static ProbeResult answered(SimProgram.Answer answer, Duration took) {
        String body = answer.body();
        return new ProbeResult.Answered(
                answer.status(), body.substring(0, Math.min(BODY_MAX, body.length())), took);
    }
}
