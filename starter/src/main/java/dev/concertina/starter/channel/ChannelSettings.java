package dev.concertina.starter.channel;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Live channels.
 *
 * @param enabled whether there are any
 * @param store default redis when there is one, else memory
 * @param endpoints whether clients may connect at {@code path}; an application's own handlers may
 *     offer channels without
 * @param path where: WebSockets here, event streams one step below
 * @param origins of pages that may open a WebSocket, beside the application's own; default those of
 *     {@code concertina.security.cors.origins}
 * @param history publications kept of each channel, at least
 * @param life of a history after the last publication, or the last subscriber
 * @param operations how long the name of an operation is remembered
 * @param payloadMax longest payload, as JSON
 * @param queue what may wait for one client to take it
 * @param beat longest silence on a connection
 * @param lease how long a count of subscribers is believed
 * @param check how often a subscribed channel is compared with its history
 * @param probe how often the connections to Redis are tested, and how long they may take
 * @param patience for a channel nobody on this instance listens to yet
 * @param subscription after which a client has to come back and be authorised again
 * @param drain over how long clients are sent elsewhere when the instance leaves
 * @param subscribersMax connections of one instance
 * @param channelsMax channels of one WebSocket
 */
@ConfigurationProperties("concertina.channel")
public record ChannelSettings(
        @DefaultValue("true") boolean enabled,
        Optional<Store> store,
        @DefaultValue("true") boolean endpoints,
        @DefaultValue("/channels") String path,
        @DefaultValue List<String> origins,
        @DefaultValue("1000") int history,
        @DefaultValue("1h") Duration life,
        @DefaultValue("1m") Duration operations,
        @DefaultValue("64KB") DataSize payloadMax,
        @DefaultValue("1024") int queue,
        @DefaultValue("15s") Duration beat,
        @DefaultValue("15s") Duration lease,
        @DefaultValue("5s") Duration check,
        @DefaultValue("2s") Duration probe,
        @DefaultValue("2s") Duration patience,
        @DefaultValue("30m") Duration subscription,
        @DefaultValue("5s") Duration drain,
        @DefaultValue("10000") int subscribersMax,
        @DefaultValue("100") int channelsMax) {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final int QUEUE_MIN = 2 * ChannelStore.PAGE;
    private static final Duration LEASE_MIN = Duration.ofSeconds(3);

    /** Where histories are. */
    public enum Store {
        REDIS,
        MEMORY
    }

    public ChannelSettings {
        origins = List.copyOf(origins);
        require(PATH.matcher(path).matches(), "path", path, "a path such as /channels");
        require(history > 0, "history", history, "1 or more");
        require(queue >= QUEUE_MIN, "queue", queue, QUEUE_MIN + " or more");
        require(subscribersMax > 0, "subscribers-max", subscribersMax, "1 or more");
        require(channelsMax > 0, "channels-max", channelsMax, "1 or more");
        long bytes = payloadMax.toBytes();
        require(bytes > 0 && bytes <= 1 << 20, "payload-max", payloadMax, "up to 1MB");
        positive("life", life, "1h");
        positive("operations", operations, "1m");
        positive("beat", beat, "15s");
        positive("check", check, "5s");
        positive("probe", probe, "2s");
        positive("patience", patience, "2s");
        positive("subscription", subscription, "30m");
        require(!drain.isNegative(), "drain", drain, "5s, or 0s");
        require(
                lease.compareTo(LEASE_MIN) >= 0 && lease.compareTo(check.multipliedBy(2)) >= 0,
                "lease",
                lease,
                "3s or more, and twice concertina.channel.check or more");
    }

    private static void positive(String key, Duration value, String example) {
        require(value.isPositive(), key, value, "more than 0, such as " + example);
    }

    private static void require(boolean holds, String key, Object value, String instead) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "concertina.channel." + key + " is " + value + ". Give it " + instead + ".");
        }
    }
}
