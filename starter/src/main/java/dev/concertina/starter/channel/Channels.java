package dev.concertina.starter.channel;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes to everybody who listens to a channel, on whichever instance. A subscriber gets what is
 * published in one order, nothing twice, and either all of it or an explicit reset.
 *
 * <p>Where requests have tenants, each has its own channels: in a request those of its tenant, and
 * outside of requests those of {@link #of(Optional)}.
 */
public final class Channels {
    private static final Set<String> RESERVED =
            Set.of("open", "opened", "error", "reset", "closing");

    private final ChannelStore store;
    private final Feeds feeds;
    private final ChannelSettings settings;
    private final Counters counters;
    private final JsonMapper mapper;
    private final boolean tenanted;
    private final Optional<Tenant> tenant;

    Channels(
            ChannelStore store,
            Feeds feeds,
            ChannelSettings settings,
            Counters counters,
            JsonMapper mapper,
            boolean tenanted,
            Optional<Tenant> tenant) {
        this.store = store;
        this.feeds = feeds;
        this.settings = settings;
        this.counters = counters;
        this.mapper = mapper;
        this.tenanted = tenanted;
        this.tenant = tenant;
    }

    /** The channels of a tenant, in a request or outside of one. */
    public Channels of(Tenant whose) {
        return of(Optional.of(whose));
    }

    /** The same, or those of requests without a tenant: as a job says whose it is. */
    public Channels of(Optional<Tenant> whose) {
        return new Channels(store, feeds, settings, counters, mapper, false, whose);
    }

    /**
     * Publishes. When it returns, every subscriber will get it, or a reset.
     *
     * @param channel 1 to 128 letters, digits and {@code . _ : ~ -}
     * @param event its name, 1 to 64 of the same, beginning with a letter
     * @param payload anything that can be written as JSON
     * @return where it stands in the channel
     * @throws IllegalArgumentException if a name has another form, or the payload is too long
     * @throws Outage if the store does not answer; it may be published all the same
     */
    public Position publish(String channel, String event, Object payload) {
        return publish(channel, event, payload, Chance.name() + Chance.name());
    }

    /**
     * The same under a name: whoever publishes again after an {@link Outage}, under the name of the
     * first time, publishes once ({@code concertina.channel.operations} long).
     *
     * @param operation up to 128 characters, unique in the channel
     */
    public Position publish(String channel, String event, Object payload, String operation) {
        return publish(room(channel), event, json(payload), operation).position();
    }

    ChannelStore.Appended publish(Room room, String event, byte[] data, String operation) {
        if (!Publication.EVENT.matcher(event).matches() || RESERVED.contains(event)) {
            throw new IllegalArgumentException(
                    "An event is named by 1 to 64 letters, digits and . _ : -, beginning with a"
                            + " letter, and not by "
                            + RESERVED
                            + "; '"
                            + event
                            + "' cannot be one.");
        }
        if (operation.isEmpty() || operation.length() > 128) {
            throw new IllegalArgumentException(
                    "An operation is named by 1 to 128 characters, not "
                            + operation.length()
                            + ".");
        }
        long max = settings.payloadMax().toBytes();
        if (data.length > max) {
            throw new PayloadTooLong(data.length, max);
        }
        long started = System.nanoTime();
        var appended = append(room, event, data, operation);
        if (appended.repeated()) {
            counters.repeated.increment();
        } else {
            counters.published(System.nanoTime() - started);
        }
        return appended;
    }

    // An answer that was lost is asked for once more; the name keeps it from being done twice.
    private ChannelStore.Appended append(Room room, String event, byte[] data, String operation) {
        try {
            return store.append(room, operation, event, data);
        } catch (Outage e) {
            return store.append(room, operation, event, data);
        }
    }

    byte[] json(Object payload) {
        var bytes = mapper.writeValueAsBytes(payload);
        for (byte b : bytes) {
            if (b == '\n' || b == '\r') {
                // The application's mapper writes for people; an event is one line.
                return JsonMapper.shared().writeValueAsBytes(JsonMapper.shared().readTree(bytes));
            }
        }
        return bytes;
    }

    /**
     * How many subscribe, on all instances; right within seconds.
     *
     * @throws Outage if the store does not answer
     */
    public long present(String channel) {
        return store.present(room(channel));
    }

    long present(Room room) {
        return store.present(room);
    }

    /**
     * Answers a request with a channel as server-sent events, from a handler of the application's
     * own that has decided that the caller may: {@link ChannelAccess} is not asked. The handler
     * writes nothing itself and returns nothing. A {@code Last-Event-ID} of the request is resumed
     * at; one that is malformed is answered with 400.
     *
     * @throws Outage if the channel cannot be heard
     */
    public void stream(String channel, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        EventStream.answer(feeds, settings, room(channel), request, response);
    }

    private Room room(String channel) {
        return new Room(whose(), channel);
    }

    private Optional<Tenant> whose() {
        if (!tenanted) {
            return tenant;
        }
        if (RequestContextHolder.getRequestAttributes()
                instanceof ServletRequestAttributes attributes) {
            return Tenant.of(attributes.getRequest());
        }
        throw new IllegalStateException(
                "Requests have tenants here, and there is none. Say whose channel is meant:"
                        + " channels.of(tenant).publish(...).");
    }

    /** More than {@code concertina.channel.payload-max}. */
    static final class PayloadTooLong extends IllegalArgumentException {
        PayloadTooLong(long length, long max) {
            super(
                    "The payload has "
                            + length
                            + " bytes as JSON; "
                            + max
                            + " fit. Publish where it can be fetched, or raise"
                            + " concertina.channel.payload-max.");
        }
    }
}
