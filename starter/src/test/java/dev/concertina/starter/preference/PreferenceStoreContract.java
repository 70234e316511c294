package dev.concertina.starter.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.UserTag;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of choices does. */
abstract class PreferenceStoreContract {
    static final int MAX = 3;

    abstract PreferenceStore store();

    private static Owner owner() {
        return Owner.user(UserTag.of(UUID.randomUUID().toString()));
    }

    private static Optional<String> value(String text) {
        return Optional.of(text);
    }

    @Test
    void whatWasWrittenIsRead() {
        var owner = owner();
        assertThat(store().read(owner)).isEmpty();
        assertThat(store().write(owner, "a", value("true"))).isTrue();
        assertThat(store().write(owner, "b", value("grün; \"x\"\n"))).isTrue();
        assertThat(store().read(owner)).isEqualTo(Map.of("a", "true", "b", "grün; \"x\"\n"));
        assertThat(store().write(owner, "a", value("false"))).isTrue();
        assertThat(store().read(owner)).containsEntry("a", "false");
        assertThat(store().read(owner())).isEmpty();
    }

    @Test
    void whatWasForgottenIsGone() {
        var owner = owner();
        assertThat(store().write(owner, "a", Optional.empty())).isTrue();
        assertThat(store().read(owner)).isEmpty();
        store().write(owner, "a", value("1"));
        store().write(owner, "b", value("2"));
        assertThat(store().write(owner, "a", Optional.empty())).isTrue();
        assertThat(store().read(owner)).isEqualTo(Map.of("b", "2"));
        store().write(owner, "b", Optional.empty());
        assertThat(store().read(owner)).isEmpty();
    }

    @Test
    void thereIsRoomForSomeAndAChangeNeedsNone() {
        var owner = owner();
        for (int i = 0; i < MAX; i++) {
            assertThat(store().write(owner, "n" + i, value("x"))).isTrue();
        }
        assertThat(store().write(owner, "more", value("x"))).isFalse();
        assertThat(store().write(owner, "n0", value("y"))).isTrue();
        assertThat(store().read(owner)).hasSize(MAX).containsEntry("n0", "y");
        store().write(owner, "n1", Optional.empty());
        assertThat(store().write(owner, "more", value("x"))).isTrue();
    }

    @Test
    void writersDoNotLoseEachOthersWords() throws Exception {
        var owner = owner();
        var tasks =
                IntStream.range(0, MAX)
                        .<Callable<Boolean>>mapToObj(
                                i -> () -> store().write(owner, "n" + i, value("x")))
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var written : threads.invokeAll(tasks)) {
                assertThat(written.get()).isTrue();
            }
        }
        assertThat(store().read(owner)).hasSize(MAX);
    }

    @Test
    void usersAndVisitorsAreDifferentPeople() {
        var name = UUID.randomUUID().toString();
        store().write(Owner.visitor(name), "a", value("visitor"));
        assertThat(store().read(Owner.user(UserTag.of(name)))).isEmpty();
    }
}
