package dev.concertina.starter.channel;

import java.time.Clock;
import java.time.Duration;

class MemoryChannelStoreTest extends ChannelStoreContract {
    private static final Heard HEARD = new Heard();
    private static final ChannelStore STORE = store(HEARD);

    private static ChannelStore store(Heard heard) {
        var store =
                new MemoryChannelStore(
                        Clock.systemUTC(), KEPT, Duration.ofHours(1), Duration.ofMinutes(1));
        store.hear(heard);
        return store;
    }

    @Override
    ChannelStore store() {
        return STORE;
    }

    @Override
    Heard heard() {
        return HEARD;
    }
}
