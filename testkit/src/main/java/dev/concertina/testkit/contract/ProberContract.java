package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.probe.ProbeResult;
import dev.concertina.fleet.probe.Prober;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What every {@link Prober} promises. */
public abstract class ProberContract extends ContractSuite {
    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    protected abstract Prober prober();

    /** Answers every request with this. */
    protected abstract URI answering(int status, String body);

    /** Nobody listens there. */
    protected abstract URI refusing();

    /** Accepts connections and never says a word. */
    protected abstract URI silent();

    /** Accepts connections and closes them. */
    protected abstract URI breaking();

    private ProbeResult probe(URI uri, Duration timeout) {
        return get(prober().probe(uri, timeout));
    }

    @Test
    void aStatusInTheTwoHundredsPasses() {
        ProbeResult result = probe(answering(200, "{\"status\":\"ok\"}"), AMPLE);
        assertThat(result.passed()).isTrue();
        assertThat(result).hasToString("HTTP 200: {\"status\":\"ok\"}");
    }

    @Test
    void anyOtherStatusDoesNotPassAndIsTold() {
        ProbeResult result = probe(answering(503, "starting"), AMPLE);
        assertThat(result.passed()).isFalse();
        assertThat(result).hasToString("HTTP 503: starting");
    }

    @Test
    void aRedirectIsNotFollowed() {
        assertThat(probe(answering(302, ""), AMPLE).passed()).isFalse();
    }

    @Test
    void theBeginningOfALongBodyIsKept() {
        ProbeResult result = probe(answering(200, "x".repeat(2_000)), AMPLE);
        assertThat(result)
                .isInstanceOfSatisfying(
                        ProbeResult.Answered.class, a -> assertThat(a.body()).hasSize(500));
    }

    @Test
    void nobodyListeningIsARefusal() {
        assertThat(probe(refusing(), AMPLE)).isEqualTo(new ProbeResult.Refused());
    }

    @Test
    void silenceTimesOut() {
        assertThat(probe(silent(), SHORT)).isEqualTo(new ProbeResult.TimedOut(SHORT));
    }

    @Test
    void aClosedConnectionIsNotAnAnswer() {
        assertThat(probe(breaking(), AMPLE)).isInstanceOf(ProbeResult.Broken.class);
    }
}
