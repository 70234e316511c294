package dev.concertina.starter.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.Visitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two releases of an application on one Redis, as during a rolling deployment: the next release has
 * one class more, one class less, and one class with a field more. {@code -Dseed=N} to repeat.
 */
@Tag("real")
class TwoReleasesTest {
    private static final int REQUESTS = Boolean.getBoolean("soak") ? 100_000 : 600;
    private static final int USERS = 5;

    /** What a user's session must hold, and who asks for it. */
    private static final class User {
        private final String name;
        private final int[] port = new int[1];
        private final Visitor visitor = new Visitor(() -> port[0]);
        private final List<String> items = new ArrayList<>();
        private final Map<Boolean, String> only = new HashMap<>();
        private int count;

        User(String name) {
            this.name = name;
        }
    }

    @Test
    void eachReleaseCarriesOnWhatItDoesNotKnow(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("two releases: -Dseed=" + seed);
        var chance = new Random(seed);
        try (var old = Release.start("old", folder);
                var next = Release.start("new", folder)) {
            var users = new ArrayList<User>();
            for (int i = 0; i < USERS; i++) {
                var user = new User("user" + i);
                user.port[0] = (i % 2 == 0 ? old : next).port();
                user.visitor.login(user.name);
                users.add(user);
            }
            for (int i = 0; i < REQUESTS; i++) {
                var user = users.get(chance.nextInt(USERS));
                boolean isOld = chance.nextBoolean();
                user.port[0] = (isOld ? old : next).port();
                ask(user, isOld, chance.nextInt(6), "t" + i);
            }
            for (var user : users) {
                assertThat(user.count).isPositive();
                assertThat(user.items).isNotEmpty();
                assertThat(user.only).hasSize(2);
                user.port[0] = old.port();
                assertThat(raw(user, "coupon")).isEqualTo(user.only.get(true));
                user.port[0] = next.port();
                assertThat(raw(user, "wish")).isEqualTo(user.only.get(false));
            }
        }
    }

    private static void ask(User user, boolean isOld, int what, String text) {
        var form = Map.of("text", text);
        switch (what) {
            case 0 ->
                    assertThat(user.visitor.post("/count", Map.of()).body())
                            .isEqualTo(user.name + " " + ++user.count);
            case 1 -> {
                user.items.add(text);
                assertThat(user.visitor.post("/basket", form).body())
                        .isEqualTo(String.join(",", user.items));
            }
            case 2 -> {
                user.only.put(isOld, text);
                assertThat(user.visitor.post("/only", form).body()).isEqualTo(text);
            }
            case 3 -> {
                // Both or one of them, whichever was written; known to this release or not.
                var names = user.visitor.get("/names").body();
                assertThat(names.contains("coupon")).isEqualTo(user.only.containsKey(true));
                assertThat(names.contains("wish")).isEqualTo(user.only.containsKey(false));
            }
            case 4 ->
                    assertThat(raw(user, isOld ? "wish" : "coupon"))
                            .as("of a class this release does not have")
                            .isEqualTo("null");
            default ->
                    assertThat(raw(user, isOld ? "coupon" : "wish"))
                            .isEqualTo(user.only.getOrDefault(isOld, "null"));
        }
    }

    private static String raw(User user, String name) {
        return user.visitor.get("/raw?name=" + name).body();
    }
}
