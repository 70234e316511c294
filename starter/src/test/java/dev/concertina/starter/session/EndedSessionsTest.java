package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.codec.ValueCodec;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockServletContext;
import org.springframework.util.unit.DataSize;

/** Two instances that look for ended sessions in one store. */
class EndedSessionsTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock =
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            };
    private final SessionStore store = new MemorySessionStore(clock, Duration.ofDays(90));
    private final List<String> heard = new ArrayList<>();

    private EndedSessions instance(EventListener... listeners) {
        var sessions =
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
                        new SessionEvents(() -> List.of(listeners), SessionBeans.NONE),
                        DataSize.ofMegabytes(1));
        return new EndedSessions(sessions, MockServletContext::new, clock);
    }

    private HttpSessionListener listener(Duration slow) {
        return new HttpSessionListener() {
            @Override
            public void sessionDestroyed(HttpSessionEvent event) {
                now = now.plus(slow);
                heard.add(event.getSession().getId());
            }
        };
    }

    private List<String> ended(int count) {
        var names = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            var key = SessionId.random().key();
            store.save(key, SessionStoreContract.creation(Map.of()));
            names.add(key.name());
        }
        now = now.plus(SessionStoreContract.IDLE);
        return names;
    }

    @Test
    void oneOfTwoTellsOfASession() {
        var one = instance(listener(Duration.ZERO));
        var other = instance(listener(Duration.ZERO));
        var names = ended(3);
        one.sweep();
        other.sweep();
        one.sweep();
        assertThat(heard).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void whoIsSlowLeavesTheRestToTheOthers() {
        var slow = instance(listener(EndedSessions.LEASE.dividedBy(4)));
        var other = instance(listener(Duration.ZERO));
        var names = ended(5);
        assertThat(slow.sweep()).as("there is more").isTrue();
        assertThat(heard).hasSize(2);
        other.sweep();
        assertThat(heard).as("the lease holds").hasSize(2);
        now = now.plus(EndedSessions.LEASE);
        other.sweep();
        assertThat(heard).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aListenerThatFailsKeepsNobodyFromHearing() {
        var bad =
                new HttpSessionListener() {
                    @Override
                    public void sessionDestroyed(HttpSessionEvent event) {
                        throw new IllegalStateException("as listeners do");
                    }
                };
        var names = ended(2);
        instance(bad, listener(Duration.ZERO), bad).sweep();
        assertThat(heard).containsExactlyInAnyOrderElementsOf(names);
        now = now.plus(EndedSessions.LEASE);
        instance(listener(Duration.ZERO)).sweep();
        assertThat(heard).as("told once for all that").hasSize(2);
    }

    @Test
    void manyAreTakenInParts() {
        var instance = instance(listener(Duration.ZERO));
        var names = ended(250);
        int sweeps = 1;
        while (instance.sweep()) {
            sweeps++;
        }
        assertThat(sweeps).isBetween(3, 4);
        assertThat(heard).containsExactlyInAnyOrderElementsOf(names);
    }
}
