package dev.concertina.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void everyClientMayNeedAConnectionToAnInstance() {
        assertThat(OpenFiles.pairs(20_000)).isEqualTo(9_872);
    }

    @Test
    void aFewAreLetInHoweverFewThereAre() {
        assertThat(OpenFiles.pairs(100)).isEqualTo(16);
    }

    @Test
    void noBoundIsLargerThanANumberOfConnections() {
        assertThat(OpenFiles.pairs(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
