package dev.concertina.starter.channel;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.Optional;

/** Where channels have their history, and how instances hear of each other's publications. */
interface ChannelStore extends AutoCloseable {
    /** Publications {@link #after} gives at one time. */
    int PAGE = 256;

    /** Who hears. Nothing in it waits. */
    interface Listener {
        /** In the order of the history, as long as nothing is lost. */
        void heard(Room room, Publication publication);

        /** From now on everything is heard; what came before may have been missed. */
        void listening(Room room);

        /** For now nothing is heard. */
        void deaf(Room room);
    }

    /**
     * @param position where it stands
     * @param repeated whether this very operation had been published already
     */
    record Appended(Position position, boolean repeated) {}

    /**
     * @param head the last publication's
     * @param present subscribers on all instances
     */
    record Tended(Position head, long present) {}

    /**
     * Publishes, and lets all instances hear it, as one step.
     *
     * @param operation names this publication; the same again changes nothing and gives the same
     * @throws Outage if there is no answer; it may be published all the same
     */
    Appended append(Room room, String operation, String event, byte[] data);

    /**
     * What came after a position; of a channel without history, one begins here.
     *
     * @param since empty: nothing, just where the history ends, as {@link Recovered.Lost}
     * @throws Outage if there is no answer
     */
    Recovered after(Room room, Optional<Position> since);

    /** Called once, before the others of these. */
    void hear(Listener listener);

    void listen(Room room);

    void unlisten(Room room);

    /**
     * Says how many subscribers this instance has, for a while, and asks how many there are.
     *
     * @param instance who says so
     * @param lease how long it is believed
     * @throws Outage if there is no answer
     */
    Tended tend(Room room, String instance, long count, Duration lease);

    /**
     * Subscribers on all instances.
     *
     * @throws Outage if there is no answer
     */
    long present(Room room);

    /** Connections for listening that were replaced, because they were lost or heard nothing. */
    long replaced();

    @Override
    void close();
}
