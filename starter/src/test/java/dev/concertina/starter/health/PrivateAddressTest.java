package dev.concertina.starter.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrivateAddressTest {
    @Test
    void ownAndPrivateOnes() {
        for (var address :
                new String[] {
                    "127.0.0.1",
                    "10.1.2.3",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.1.1",
                    "169.254.1.1",
                    "::1",
                    "0:0:0:0:0:0:0:1",
                    "[::1]",
                    "fe80::1%eth0",
                    "fd00::1"
                }) {
            assertThat(PrivateAddress.is(address)).as(address).isTrue();
        }
    }

    @Test
    void everybodyElse() {
        for (var address :
                new String[] {
                    "203.0.113.9", "172.32.0.1", "8.8.8.8", "2001:db8::1", "localhost",
                    "127.0.0.1.example", "", "unknown", "999.1.1.1", "_hidden"
                }) {
            assertThat(PrivateAddress.is(address)).as(address).isFalse();
        }
        assertThat(PrivateAddress.is(null)).isFalse();
    }
}
