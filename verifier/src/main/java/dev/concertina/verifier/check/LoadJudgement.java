package dev.concertina.verifier.check;

import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.history.Tally;
import dev.concertina.verifier.workload.OpenLoad.Offered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** What a stretch of open-model load says. Pure. */
record LoadJudgement(List<Operation> operations, Offered offered) {

    /** Failures of requests that may be repeated: the gateway could have hidden them. */
    long failedIdempotent() {
        return operations.stream().filter(o -> o.failed() && o.idempotent()).count();
    }

    /**
     * Failures a crash does not excuse: all but those of requests that were in flight and must not
     * be sent twice.
     */
    long unexcused() {
        return operations.stream().filter(o -> o.failed() && !o.effectUnknown()).count();
    }

    /** The same; what may be this machine's own slowness is left out. */
    boolean unexcusedForSure() {
        return operations.stream().anyMatch(o -> !o.effectUnknown() && failedForSure(o));
    }

    long failed() {
        return operations.stream().filter(Operation::failed).count();
    }

    long effectUnknown() {
        return operations.stream().filter(Operation::effectUnknown).count();
    }

    /** A slow client machine makes late answers; it does not make any other failure. */
    boolean failedForSure() {
        return operations.stream().anyMatch(this::failedForSure);
    }

    private boolean failedForSure(Operation o) {
        return o.failed() && (offered.kept() || o.outcome() != Outcome.TIMEOUT);
    }

    boolean observedNothing() {
        return operations.isEmpty() || offered.offered() == 0;
    }

    String notKept() {
        return String.format(
                Locale.ROOT,
                "the load of %d arrivals could not be kept up by this machine (%d dropped): too"
                        + " busy to judge. Lower verify.load.requests-per-second",
                offered.offered(),
                offered.dropped());
    }

    SequencedMap<String, Object> observed(int requestsPerSecond) {
        double seconds = Math.max(1e-3, offered.lasted().toNanos() / 1e9);
        var observed = new LinkedHashMap<String, Object>();
        observed.put("requests", operations.size());
        observed.put("failed", failed());
        observed.put("failedIdempotent", failedIdempotent());
        observed.put("effectUnknown", effectUnknown());
        observed.put("failedAllowed", 0);
        observed.put("offeredPerSecond", requestsPerSecond);
        observed.put("achievedPerSecond", Math.round(operations.size() / seconds * 10) / 10.0);
        observed.put("arrivals", offered.offered());
        observed.put("dropped", offered.dropped());
        observed.put("seconds", Math.round(seconds * 10) / 10.0);
        observed.put("failuresByClass", Tally.failuresByClass(operations));
        observed.put("requestsByInstance", Tally.byInstance(operations));
        observed.put("latencyMs", Tally.latencyMillis(operations));
        return observed;
    }
}
