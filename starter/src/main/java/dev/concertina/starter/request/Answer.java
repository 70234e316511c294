package dev.concertina.starter.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one of several calls. */
public sealed interface Answer {
    /** The reply's parts. */
    record Reply(List<@Nullable Object> parts) implements Answer {}

    /** There was none in time. */
    record Failed(Outage outage) implements Answer {}
}
