package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Policies.PathRule;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class LimitTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void whatIsTooMuchIs429AndTheConnectionGoesOn() throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("x");
            stage.obey(new Rulebook().limit("/api/**", 1, HOUR, 1)).route(origin);
            Client client = stage.client();
            assertThat(client.get("/api/1").status()).isEqualTo(200);
            assertThat(client.post("/api/2", "body").status()).isEqualTo(200);
            Client.Response refused = client.get("/api/3");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.field("retry-after"))).isBetween(3500, 3600);
            assertThat(refused.field("content-type")).isEqualTo("application/problem+json");
            assertThat(refused.body()).contains("\"status\":429");
            assertThat(client.post("/api/4", "a small body is read over").status()).isEqualTo(429);
            assertThat(client.get("/other").status()).isEqualTo(200);
            assertThat(origin.seen("/api/3") + origin.seen("/api/4")).isZero();
        }
    }

    @Test
    void aLargeBodyIsNotWaitedFor() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().limit("/**", 1, HOUR, 0)).route(stage.saying("x"));
            assertThat(stage.client().get("/").status()).isEqualTo(200);
            Client client = stage.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\nabc");
            Client.Response refused = client.read();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void noSpellingOfAPathEscapesAndTheQuietOnesAreFree() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().limit("/api/**", 1, HOUR, 0).quiet("/api/health"))
                    .route(stage.saying("x"));
            Client client = stage.client();
            assertThat(client.get("/api/x").status()).isEqualTo(200);
            for (String path : new String[] {"/%61pi/x", "//api/x", "/b/../api/x", "/api;v=1/x"}) {
                assertThat(client.get(path).status()).as(path).isEqualTo(429);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/api/health?x=" + i).status()).isEqualTo(200);
            }
            assertThat(client.get("/api//health").status()).isEqualTo(429);
        }
    }

    @Test
    void behindATrustedPeerItsClientIsCounted() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().limit("/**", 1, HOUR, 0).trusted("127.0.0.0/8", "10.0.0.0/8"))
                    .route(stage.saying("x"));
            Client client = stage.client();
            assertThat(from(client, "1.1.1.1")).isEqualTo(200);
            assertThat(from(client, "1.1.1.1")).isEqualTo(429);
            // What stands left of the right-most address that is not trusted is anybody's word.
            assertThat(from(client, "2.2.2.2, 1.1.1.1")).isEqualTo(429);
            assertThat(from(client, "2.2.2.2, 10.0.0.7")).isEqualTo(200);
            assertThat(from(client, "2.2.2.2:443")).isEqualTo(429);
            assertThat(from(client, "[2001:db8::1]:443")).isEqualTo(200);
            assertThat(from(client, "2001:db8::2")).isEqualTo(429);
        }
    }

    private static int from(Client client, String forwardedFor) throws Exception {
        String field = "X-Forwarded-For: " + forwardedFor + "\r\n";
        return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n").read().status();
    }

    @Test
    void aPathHasItsOwnTimeoutAndBound() throws Exception {
        try (Stage stage = new Stage()) {
            PathRule slow =
                    new PathRule(
                            "/quick/*", Optional.of(Duration.ofMillis(100)), OptionalLong.of(3));
            stage.obey(new Rulebook().bodyBytes(100).rules(slow))
                    .route(
                            stage.origin(connection -> {
                                for (var r = connection.read(); r != null; r = connection.read()) {
                                    if (r.path().endsWith("/never")) {
                                        connection.in().read();
                                    }
                                    connection.respond("x");
                                }
                            }));
            assertThat(stage.client().get("/quick/never").status()).isEqualTo(504);
            assertThat(stage.client().post("/quick/x", "1234").status()).isEqualTo(413);
            assertThat(stage.client().post("/quick/x", "123").status()).isEqualTo(200);
            assertThat(stage.client().post("/x", "1234").status()).isEqualTo(200);
        }
    }
}
