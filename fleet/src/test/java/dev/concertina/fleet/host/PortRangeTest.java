package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortRangeTest {
    @Test
    void portsStayOutsideTheEphemeralRange() {
        assertThat(ports(PortRange.beside(32_768, 60_999)))
                .allMatch(p -> p >= 20_000 && p <= 32_000);
        assertThat(ports(PortRange.beside(15_000, 61_000))).allMatch(p -> p < 15_000);
        assertThat(ports(PortRange.beside(2_000, 50_000))).allMatch(p -> p > 50_000);
    }

    private static List<Integer> ports(PortRange range) {
        return IntStream.range(0, 100).map(_ -> range.next()).distinct().boxed().toList();
    }

    @Test
    void aPortThatSomebodyListensOnIsPassedOver() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            PortRange range = new PortRange(taken.getLocalPort(), taken.getLocalPort());
            assertThatThrownBy(range::next)
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("are all taken");
        }
    }
}
