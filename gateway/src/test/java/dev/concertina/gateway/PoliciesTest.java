package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Balance;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class PoliciesTest {
    @Test
    void aTrustedPeerSpeaksForItsClient() throws Exception {
        List<String> heads = new CopyOnWriteArrayList<>();
        try (Stage stage = new Stage()) {
            Origin origin =
                    stage.origin(connection -> {
                        for (var r = connection.read(); r != null; r = connection.read()) {
                            heads.add(r.head());
                            connection.respond("x");
                        }
                    });
            String request =
                    "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n"
                            + "X-Forwarded-Proto: https\r\n\r\n";
            Client client = stage.client();
            stage.obey(new Rulebook().trusted("127.0.0.0/8")).route(origin);
            client.send(request).read();
            stage.obey(new Rulebook()).route(origin);
            client.send(request).read();
            assertThat(heads.get(0))
                    .contains("X-Forwarded-For: 6.6.6.6, 127.0.0.1\r\n")
                    .contains("X-Forwarded-Proto: https\r\n");
            assertThat(heads.get(1))
                    .contains("X-Forwarded-For: 127.0.0.1\r\n")
                    .contains("X-Forwarded-Proto: http\r\n")
                    .doesNotContain("6.6.6.6");
        }
    }

    @Test
    void aHeaderIsAddedWhereTheInstanceSetNone() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().header("X-Frame-Options", "DENY"))
                    .route(
                            stage.origin(connection -> {
                                for (var r = connection.read(); r != null; r = connection.read()) {
                                    String own =
                                            r.path().equals("/own")
                                                    ? "x-frame-options: SAMEORIGIN\r\n"
                                                    : "";
                                    connection.write(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + own
                                                    + "Content-Length: 0\r\n\r\n");
                                }
                            }));
            Client client = stage.client();
            assertThat(client.get("/").field("x-frame-options")).isEqualTo("DENY");
            assertThat(client.get("/own").head()).contains("SAMEORIGIN").doesNotContain("DENY");
            assertThat(client.send("GET\r\n\r\n").read().field("x-frame-options"))
                    .isEqualTo("DENY");
        }
    }

    @Test
    void aTableThatCannotBeObeyedIsRefusedAndTheOldOneHolds() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(stage.saying("x"));
            stage.obey(new Rulebook().header("Content-Length", "3"));
            assertThatThrownBy(stage::route).hasMessageContaining("'Content-Length'");
            stage.obey(new Rulebook().trusted("localhost"));
            assertThatThrownBy(stage::route).hasMessageContaining("'localhost'");
            assertThat(stage.client().get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void aCookieBringsAClientBackWhileItsInstanceServes() throws Exception {
        try (Stage stage = new Stage()) {
            Origin a = stage.saying("a");
            Origin b = stage.saying("b");
            Origin c = stage.saying("c");
            stage.obey(new Rulebook().affinity("to")).route(Balance.LEAST_CONNECTIONS, a, b, c);
            Client client = stage.client();
            Client.Response first = client.get("/");
            String cookie = first.field("set-cookie");
            assertThat(cookie)
                    .matches("to=[0-9a-f]{16}; Path=/; HttpOnly; SameSite=Lax")
                    .doesNotContain(String.valueOf(a.port()));
            String pair = cookie.substring(0, cookie.indexOf(';'));
            for (int i = 0; i < 9; i++) {
                Client.Response again = get(client, pair);
                assertThat(again.body()).isEqualTo(first.body());
                assertThat(again.field("set-cookie")).isEmpty();
            }
            Origin[] rest = first.body().equals("a") ? new Origin[] {b, c} : new Origin[] {a};
            stage.route(
                    Balance.LEAST_CONNECTIONS,
                    java.util.Arrays.stream(rest)
                            .map(origin ->
                                    Stage.target(
                                            origin.port(), origin == a ? 0 : origin == b ? 1 : 2))
                            .toList());
            Client.Response moved = get(client, pair);
            assertThat(moved.body()).isNotEqualTo(first.body());
            assertThat(moved.field("set-cookie")).startsWith("to=").doesNotStartWith(pair);
        }
    }

    private static Client.Response get(Client client, String cookie) throws Exception {
        return client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: x=y; " + cookie + "\r\n\r\n")
                .read();
    }
}
