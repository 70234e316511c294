package dev.concertina.starter.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.tenant.TenantSettings.Source;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class ResolverTest {
    private static Resolver resolver(boolean required, Source... from) {
        return new Resolver(
                new TenantSettings(
                        List.of(from),
                        "X-Tenant",
                        "{tenant}.shop.test",
                        "/t/{tenant}/**",
                        List.of(),
                        required,
                        List.of("/assets/**"),
                        Optional.empty()),
                tenant -> !tenant.id().equals("closed"));
    }

    private static MockHttpServletRequest request(String host, String path) {
        var request = new MockHttpServletRequest("GET", path);
        request.setServerName(host);
        return request;
    }

    private static Resolution of(String id) {
        return new Resolution.Of(new Tenant(id));
    }

    @Test
    void theHostNamesIt() {
        var resolver = resolver(true, Source.HOST);
        assertThat(resolver.of(request("north.shop.test", "/"))).isEqualTo(of("north"));
        assertThat(resolver.of(request("NORTH.Shop.Test", "/"))).isEqualTo(of("north"));
        for (var host :
                List.of("shop.test", "a.b.shop.test", "north.shop.test.evil", "northshopxtest")) {
            assertThat(resolver.of(request(host, "/")))
                    .as(host)
                    .isEqualTo(new Resolution.Missing());
        }
        assertThat(resolver.of(request("closed.shop.test", "/")))
                .isEqualTo(new Resolution.Unknown());
        assertThat(resolver.of(request("-x.shop.test", "/"))).isEqualTo(new Resolution.Unknown());
    }

    @Test
    void theFirstThatSaysSomethingCounts() {
        var resolver = resolver(true, Source.PATH, Source.HEADER, Source.HOST);
        var request = request("north.shop.test", "/t/south/a");
        request.addHeader("X-Tenant", "west");
        assertThat(resolver.of(request)).isEqualTo(of("south"));
        request.setRequestURI("/a");
        assertThat(resolver.of(request)).isEqualTo(of("west"));
        request.removeHeader("X-Tenant");
        assertThat(resolver.of(request)).isEqualTo(of("north"));
    }

    @Test
    void aTokenOfAnotherIsForeignWhoeverSpeaksFirst() {
        var resolver = resolver(true, Source.HOST);
        var request = request("north.shop.test", "/");
        Tenant.prove(request, "south");
        assertThat(resolver.of(request)).isEqualTo(new Resolution.Foreign());
        Tenant.prove(request, "north");
        assertThat(resolver.of(request)).isEqualTo(of("north"));
    }

    @Test
    void noneIsAllowedWhereTheSettingsSaySo() {
        assertThat(resolver(false, Source.HOST).of(request("shop.test", "/")))
                .isEqualTo(new Resolution.Nobodys());
        assertThat(resolver(true, Source.HOST).of(request("shop.test", "/assets/a.css")))
                .isEqualTo(new Resolution.Nobodys());
        assertThat(resolver(true, Source.HOST).of(request("shop.test", "/assetsx")))
                .isEqualTo(new Resolution.Missing());
    }
}
