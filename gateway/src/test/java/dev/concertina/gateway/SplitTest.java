package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Split;
import dev.concertina.contract.Split.By;
import dev.concertina.contract.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests are divided between an old release of two instances and a new one of one. */
class SplitTest {
    private static final String COOKIE = "concertina-release";

    @Test
    void byRequestTheShareIsExactWithEveryWayOfBalancing() throws Exception {
        for (Balance balance : Balance.values()) {
            try (var scene = new Scene(new Split("r2", 7, By.REQUEST, ""), balance);
                    Client client = scene.stage.client()) {
                int fresh = 0;
                for (int i = 0; i < 200; i++) {
                    fresh += client.get("/").body().equals("new") ? 1 : 0;
                }
                assertThat(fresh).as(balance.name()).isEqualTo(14);
            }
        }
    }

    @Test
    void byCookieAClientStaysAndNobodyGoesBackWhenTheShareGrows() throws Exception {
        try (var scene = new Scene(new Split("r2", 30, By.COOKIE, COOKIE))) {
            Map<String, String> releases = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                try (Client client = scene.stage.client()) {
                    Client.Response first = client.get("/");
                    String cookie = first.field("set-cookie");
                    assertThat(cookie)
                            .matches(COOKIE + "=[0-9a-f]{16}; Path=/; HttpOnly; SameSite=Lax");
                    String pair = cookie.substring(0, cookie.indexOf(';'));
                    Client.Response again = get(client, "Cookie: " + pair);
                    assertThat(kind(again)).isEqualTo(kind(first));
                    assertThat(again.field("set-cookie")).isEmpty();
                    releases.put(pair, kind(first));
                }
            }
            long before = releases.values().stream().filter("new"::equals).count();
            // 30 of 100 by chance: outside of this once in a million.
            assertThat(before).isBetween(9L, 53L);

            scene.divide(new Split("r2", 60, By.COOKIE, COOKIE));
            int after = 0;
            try (Client client = scene.stage.client()) {
                for (var each : releases.entrySet()) {
                    String now = kind(get(client, "Cookie: " + each.getKey()));
                    after += now.equals("new") ? 1 : 0;
                    if (each.getValue().equals("new")) {
                        assertThat(now).isEqualTo("new");
                    }
                }
            }
            assertThat(after).isGreaterThan((int) before);
        }
    }

    @Test
    void byFieldEveryoneOfAValueStaysAndWhoHasNoneIsOfTheOldRelease() throws Exception {
        try (var scene = new Scene(new Split("r2", 50, By.HEADER, "X-User"));
                Client client = scene.stage.client()) {
            Set<String> seen = new HashSet<>();
            for (int user = 0; user < 40; user++) {
                String first = kind(get(client, "x-user: u" + user));
                assertThat(kind(get(client, "X-USER: u" + user))).isEqualTo(first);
                seen.add(first);
            }
            assertThat(seen).containsExactlyInAnyOrder("old", "new");
            for (int i = 0; i < 10; i++) {
                Client.Response response = client.get("/");
                assertThat(kind(response)).isEqualTo("old");
                assertThat(response.field("set-cookie")).isEmpty();
            }
        }
    }

    @Test
    void whatTheNewReleaseCannotTakeGoesToTheOldOne() throws Exception {
        try (var scene = new Scene(new Split("r2", 50, By.REQUEST, ""));
                Client client = scene.stage.client()) {
            scene.fresh.close();
            for (int i = 0; i < 20; i++) {
                assertThat(kind(client.get("/"))).isEqualTo("old");
            }
        }
    }

    @Test
    void theShareComesBeforeAffinity() throws Exception {
        try (var scene = new Scene(new Split("r2", 10, By.REQUEST, ""))) {
            scene.stage.obey(new Rulebook().affinity("to"));
            scene.route(Balance.ROUND_ROBIN);
            try (Client client = scene.stage.client()) {
                String cookie = client.get("/").field("set-cookie");
                String pair = cookie.substring(0, cookie.indexOf(';'));
                int fresh = 0;
                for (int i = 0; i < 100; i++) {
                    fresh += kind(get(client, "Cookie: " + pair)).equals("new") ? 1 : 0;
                }
                assertThat(fresh).isBetween(9, 11);
            }
        }
    }

    private static Client.Response get(Client client, String field) throws Exception {
        return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n").read();
    }

    private static String kind(Client.Response response) {
        return response.body();
    }

    private static final class Scene implements AutoCloseable {
        private final Stage stage = new Stage();
        private final Origin one = stage.saying("old");
        private final Origin two = stage.saying("old");
        private final Origin fresh = stage.saying("new");

        Scene(Split split) {
            this(split, Balance.LEAST_CONNECTIONS);
        }

        Scene(Split split, Balance balance) {
            stage.divide(split);
            route(balance);
        }

        void divide(Split split) {
            stage.divide(split);
            route(Balance.LEAST_CONNECTIONS);
        }

        void route(Balance balance) {
            stage.route(
                    balance,
                    List.of(
                            target("a", one, "r1"),
                            target("b", two, "r1"),
                            target("c", fresh, "r2")));
        }

        private static Target target(String id, Origin origin, String release) {
            return new Target(new InstanceId(id), "127.0.0.1", origin.port(), release);
        }

        @Override
        public void close() {
            stage.close();
        }
    }
}
