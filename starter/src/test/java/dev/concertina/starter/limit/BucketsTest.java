package dev.concertina.starter.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class BucketsTest {
    private final Buckets buckets =
            new Buckets(
                    "ns:l:{",
                    Map.of("tenant", request -> Optional.ofNullable(request.getHeader("X-Tenant"))),
                    64);

    private static Limit by(String key) {
        return Limit.of("api", Rate.of("1/s"), 0, 1, key, Away.SHARE);
    }

    private String name(String key, String address, String tenant) {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr(address);
        if (!tenant.isEmpty()) {
            request.addHeader("X-Tenant", tenant);
        }
        return buckets.of(List.of(by(key)), request).getFirst().name();
    }

    @Test
    void aKeyNamesNobody() {
        assertThat(name("address", "192.0.2.7", ""))
                .matches("ns:l:\\{[A-Za-z0-9_-]{20}}:api")
                .isEqualTo(name("address", "192.0.2.7", "acme"))
                .isNotEqualTo(name("address", "192.0.2.8", ""));
    }

    @Test
    void oneCustomersAddressesOfVersionSixAreOne() {
        assertThat(name("address", "2001:db8:1:2::1", ""))
                .isEqualTo(name("address", "2001:db8:1:2:ffff::9", ""))
                .isNotEqualTo(name("address", "2001:db8:1:3::1", ""));
    }

    @Test
    void aRequestWithoutTheKeyCountsForItsAddress() {
        assertThat(name("tenant", "192.0.2.7", "acme"))
                .isEqualTo(name("tenant", "192.0.2.8", "acme"))
                .isNotEqualTo(name("tenant", "192.0.2.7", "other"));
        assertThat(name("tenant", "192.0.2.7", "")).isEqualTo(name("address", "192.0.2.7", ""));
        assertThat(name("user", "192.0.2.7", "")).isEqualTo(name("address", "192.0.2.7", ""));
    }

    @Test
    void allShareOne() {
        assertThat(name("all", "192.0.2.7", "")).isEqualTo(name("all", "192.0.2.8", ""));
    }

    @Test
    void aKeyNobodyKnowsIsRefused() {
        assertThatCode(() -> buckets.check(by("tenant"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> buckets.check(by("shoe"))).hasMessageContaining("by 'shoe'");
        assertThatThrownBy(() -> new Buckets("", Map.of(), 64).check(by("tenant")))
                .hasMessageContaining("concertina.limit.tenant-header");
    }
}
