package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.seal.Seal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockServletContext;
import org.springframework.util.unit.DataSize;

/** A session out of a capsule, even if the store is back by the time it would be kept. */
class ReadOnlySessionTest {
    private final SessionStore store =
            new MemorySessionStore(Clock.systemUTC(), Duration.ofDays(90));
    private final Sessions sessions =
            new Sessions(
                    store,
                    new SessionCache(10),
                    new ValueCodec(List.of(), name -> false, getClass().getClassLoader()),
                    Optional.empty(),
                    new Stamps(Optional.empty(), "ns", true),
                    "ns",
                    Duration.ofDays(30),
                    Duration.ofHours(1),
                    Optional.empty(),
                    new SessionEvents(List::of, SessionBeans.NONE),
                    DataSize.ofMegabytes(1));
    private final SessionId id = SessionId.random();
    private SessionView session;

    @BeforeEach
    void open() {
        store.save(id.key(), SessionStoreContract.creation(Map.of("kept", "1")));
        var now = Instant.now();
        var names = Map.of("login", new byte[0], "kept", new byte[0]);
        var stored =
                new Stored("", "0:", now, now, Duration.ofDays(30), Optional.empty(), "", names);
        var text = new Encoded("value", 1, "\"ada\"".getBytes(StandardCharsets.UTF_8));
        var inside = new Seal(Optional.empty(), "ns:capsule", "capsule");
        session =
                SessionView.readOnly(
                        sessions,
                        new MockServletContext(),
                        id,
                        OpenSession.partly(stored, inside, Map.of("login", text)));
    }

    @Test
    void itShowsWhatTheCapsuleHolds() {
        assertThat(session.getAttribute("login")).isEqualTo("ada");
        assertThat(session.getAttribute("never written")).isNull();
        assertThat(session.keep()).isTrue();
    }

    @Test
    void anAttributeItDoesNotHoldIsNotTakenForOneThatIsNotThere() {
        assertThatThrownBy(() -> session.getAttribute("kept")).isInstanceOf(Outage.class);
    }

    @Test
    void nothingInItCanBeKeptChangedOrEnded() {
        session.setAttribute("other", "x");
        assertThatThrownBy(() -> session.keep()).isInstanceOf(Outage.class);
        open();
        session.changeId();
        assertThatThrownBy(() -> session.keep()).isInstanceOf(Outage.class);
        open();
        assertThatThrownBy(() -> session.invalidate()).isInstanceOf(Outage.class);
        assertThat(store.find(id.key(), "", Duration.ofDays(1))).isInstanceOf(Found.Whole.class);
    }
}
