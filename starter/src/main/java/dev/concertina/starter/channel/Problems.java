package dev.concertina.starter.channel;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Why a client is not served, as problem details (RFC 9457). */
final class Problems {
    static final Refusal MALFORMED_POSITION =
            of(
                    400,
                    "Malformed position",
                    "The position to resume at is not one this server gives out. Connect without"
                            + " Last-Event-ID and since.");
    static final Refusal UNKNOWN = of(404, "Unknown channel", "There is no channel of this name.");
    static final Refusal FORBIDDEN = of(403, "Not allowed", "You may not do this in this channel.");
    static final Refusal FOREIGN =
            of(403, "Cross-site request", "A page of another origin may not do this.");
    static final Refusal NOT_A_WEBSOCKET =
            new Refusal(
                    426,
                    "A WebSocket is expected",
                    "Here clients connect by WebSocket; event streams are one step below, at the"
                            + " channel's name.",
                    Duration.ZERO,
                    Map.of("Upgrade", "websocket", "Connection", "Upgrade"));

    private static final Refusal LEAVING =
            new Refusal(
                    503,
                    "The instance leaves",
                    "This instance is about to end. Connect again; another one serves.",
                    Duration.ofSeconds(1),
                    Map.of("Connection", "close"));
    private static final Refusal FULL =
            new Refusal(
                    503,
                    "Too many subscribers",
                    "This instance has as many subscribers as it may.",
                    Duration.ofSeconds(5),
                    Map.of());

    private Problems() {}

    static Refusal of(int status, String title, String detail) {
        return new Refusal(status, title, detail.replace("\"", "'"), Duration.ZERO, Map.of());
    }

    /** Whether nobody else is let in. */
    static Optional<Refusal> full(Feeds feeds) {
        if (feeds.leaving()) {
            return Optional.of(LEAVING);
        }
        return feeds.full() ? Optional.of(FULL) : Optional.empty();
    }

    static Refusal away(Outage outage) {
        return new Refusal(
                503,
                "Shared state unavailable",
                "The channel cannot be heard at the moment.",
                outage.retryAfter(),
                Map.of());
    }
}
