package dev.concertina.starter.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestRedis;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tenants by path with sessions in Redis, and by header and token. */
class TenantTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static CountingRelay relay;
    private static Served byPath;
    private static Served byToken;

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(TestRedis.port());
        byPath =
                Served.start(
                        TenantApplication.class,
                        KEY,
                        "--spring.application.name=tenants",
                        "--concertina.redis.url=" + relay.url(),
                        "--concertina.redis.timeout=20s",
                        "--concertina.tenant.from=path",
                        "--concertina.tenant.path=/t/{tenant}/**",
                        "--concertina.tenant.known=north,south",
                        "--concertina.limit.strict.enabled=false",
                        "--concertina.limit.rules[0].name=tenants",
                        "--concertina.limit.rules[0].paths=/t/*/limited",
                        "--concertina.limit.rules[0].rate=3/h",
                        "--concertina.limit.rules[0].key=tenant",
                        "--management.endpoints.web.exposure.include=prometheus");
        byToken =
                Served.start(
                        TenantApplication.class,
                        "--concertina.token.issuer=https://issuer.test",
                        "--concertina.tenant.from[0]=token",
                        "--concertina.tenant.from[1]=header",
                        "--concertina.tenant.from[2]=host",
                        "--concertina.tenant.host={tenant}.shop.test",
                        "--concertina.tenant.except=/open/**");
    }

    @AfterAll
    static void stop() throws Exception {
        byPath.close();
        byToken.close();
        relay.close();
    }

    private static String cookie(HttpResponse<String> answer) {
        var cookie = answer.headers().firstValue("Set-Cookie").orElse("");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"status\":" + status);
    }

    @Test
    void aHandlerKnowsTheTenant() {
        assertThat(byPath.get("/t/north/who").body()).isEqualTo("north");
        assertThat(byToken.get("/who", "X-Tenant-Id", "south").body()).isEqualTo("south");
        assertThat(byToken.get("/perhaps", "X-Tenant-Id", "south").body()).isEqualTo("south");
    }

    @Test
    void anUnknownOneIs404AndNone400() {
        assertProblem(byPath.get("/t/west/who"), 404);
        assertProblem(byPath.get("/t/North/who"), 404);
        assertProblem(byPath.get("/t/%22%7B/who"), 404);
        assertProblem(byPath.get("/perhaps"), 400);
        assertProblem(byToken.get("/who"), 400);
        assertThat(byPath.get("/actuator/prometheus").statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionIsGoodAtItsOwnTenantOnly() throws Exception {
        var cookie = cookie(byPath.get("/t/north/put"));
        assertThat(byPath.get("/t/north/seen", "Cookie", cookie).body()).isEqualTo("yes");
        assertProblem(byPath.get("/t/south/seen", "Cookie", cookie), 403);
        assertThat(byPath.get("/t/north/seen", "Cookie", cookie).body()).isEqualTo("yes");
    }

    @Test
    void itCostsNoCommand() throws Exception {
        var cookie = cookie(byPath.get("/t/north/put"));
        byPath.get("/t/north/seen", "Cookie", cookie);
        relay.take();
        for (int i = 0; i < 10; i++) {
            byPath.get("/t/north/seen", "Cookie", cookie);
        }
        assertThat(relay.take()).hasSize(10).containsOnly("EVALSHA");
        byPath.get("/t/west/seen", "Cookie", cookie);
        assertThat(relay.take()).isEmpty();
    }

    @Test
    void limitsAreEachTenantsOwn() {
        for (int i = 0; i < 3; i++) {
            assertThat(byPath.get("/t/north/limited").statusCode()).isEqualTo(200);
        }
        assertThat(byPath.get("/t/north/limited").statusCode()).isEqualTo(429);
        assertThat(byPath.get("/t/south/limited").statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenIsGoodAtItsOwnTenantOnly() {
        var bearer = "Bearer " + byToken.get("/open/token/north").body();
        assertThat(byToken.get("/who", "Authorization", bearer).body()).isEqualTo("north");
        assertThat(byToken.get("/who", "X-Tenant-Id", "south").body()).isEqualTo("south");
        // The token comes first, so that a field cannot say otherwise.
        assertThat(byToken.get("/who", "Authorization", bearer, "X-Tenant-Id", "south").body())
                .isEqualTo("north");
    }

    @Test
    void requestsAreCountedByTenant() {
        byPath.get("/t/south/who");
        byPath.get("/t/west/who");
        assertThat(byPath.get("/actuator/prometheus").body())
                .containsPattern("http_server_requests_seconds_count\\{.*tenant=\"south\".*")
                .containsPattern("http_server_requests_seconds_count\\{.*tenant=\"none\".*")
                .doesNotContain("tenant=\"west\"");
    }
}
