package dev.concertina.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlocksTest {
    @Test
    void aBlockHoldsWhatSharesItsFirstBits() {
        AddressBlocks blocks = AddressBlocks.of(List.of("10.1.0.0/15", "192.0.2.7", "fd00::/8"));
        assertThat(hold(blocks, "10.0.255.1")).isTrue();
        assertThat(hold(blocks, "10.1.255.1")).isTrue();
        assertThat(hold(blocks, "10.2.0.0")).isFalse();
        assertThat(hold(blocks, "192.0.2.7")).isTrue();
        assertThat(hold(blocks, "192.0.2.6")).isFalse();
        assertThat(hold(blocks, "fdab::1")).isTrue();
        assertThat(hold(blocks, "fe80::1")).isFalse();
        assertThat(hold(AddressBlocks.of(List.of("0.0.0.0/0")), "8.8.8.8")).isTrue();
        assertThat(hold(AddressBlocks.of(List.of("0.0.0.0/0")), "::1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/", "::/129"})
    void anythingElseIsRefusedByName(String text) {
        assertThatThrownBy(() -> AddressBlocks.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    private static boolean hold(AddressBlocks blocks, String address) {
        return blocks.hold(Objects.requireNonNull(AddressBlocks.parse(address)));
    }
}
