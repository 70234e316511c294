package dev.concertina.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeepAliveEvidenceTest {
    private final KeepAliveEvidence evidence = new KeepAliveEvidence();

    @Test
    void trustsNothingBeforeAConnectionHasCarriedMore() {
        assertThat(evidence.trusts(1, 0)).isFalse();
        evidence.carried(2);
        assertThat(evidence.trusts(1, 0)).isTrue();
        assertThat(evidence.trusts(2, 0)).isFalse();
    }

    @Test
    void neverAsManyRequestsAsAClosedConnectionHad() {
        evidence.carried(100);
        // Later than the idling that is trusted, so that the number alone speaks against it.
        evidence.closed(10, 400_000_000);
        assertThat(evidence.trusts(9, 0)).isTrue();
        assertThat(evidence.trusts(10, 0)).isFalse();
    }

    @Test
    void neverAsLongIdleAsAClosedConnectionWas() {
        evidence.carried(100);
        assertThat(evidence.trusts(5, KeepAliveEvidence.IDLE_MAX_NANOS)).isFalse();
        evidence.closed(50, 100_000_000);
        assertThat(evidence.trusts(5, 60_000_000)).isFalse();
        assertThat(evidence.trusts(5, 40_000_000)).isTrue();
    }

    @Test
    void anIdleTimeoutOfSecondsIsNoReasonForDistrust() {
        evidence.carried(100);
        evidence.closed(50, 5_000_000_000L);
        assertThat(evidence.trusts(50, 1_000_000)).isTrue();
    }

    @Test
    void aConnectionThatStaysOpenProvesAsMuchAsOneThatIsUsedAgain() {
        evidence.stayed(3, KeepAliveEvidence.STAYS_NANOS - 1);
        assertThat(evidence.trusts(1, 0)).isFalse();
        evidence.stayed(3, KeepAliveEvidence.STAYS_NANOS);
        assertThat(evidence.trusts(3, 0)).isTrue();
        assertThat(evidence.trusts(4, 0)).isFalse();
        evidence.closed(2, 400_000_000);
        evidence.stayed(9, KeepAliveEvidence.STAYS_NANOS);
        assertThat(evidence.trusts(2, 0)).isFalse();
    }
}
