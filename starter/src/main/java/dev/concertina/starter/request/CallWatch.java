package dev.concertina.starter.request;

import java.util.Optional;
import java.util.function.Consumer;

/** Sees every call to Redis, from asking until the answer. It must not throw. */
public interface CallWatch {
    /** A call begins; what it gives back is told of the end, with the outage if there was one. */
    Consumer<Optional<Outage>> begin();
}
