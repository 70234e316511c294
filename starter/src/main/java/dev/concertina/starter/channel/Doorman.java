package dev.concertina.starter.channel;

import dev.concertina.starter.channel.ChannelAccess.Answer;
import dev.concertina.starter.channel.ChannelAccess.Caller;
import dev.concertina.starter.request.Refusal;
import dev.concertina.starter.request.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.web.cors.CorsConfiguration;

/** Who is let in. */
final class Doorman {
    private final ChannelAccess access;
    private final Counters counters;
    private final CorsConfiguration origins = new CorsConfiguration();

    Doorman(ChannelAccess access, Counters counters, List<String> origins) {
        this.access = access;
        this.counters = counters;
        origins.forEach(this.origins::addAllowedOriginPattern);
    }

    static Caller caller(HttpServletRequest request) {
        return new Caller(Optional.ofNullable(request.getUserPrincipal()), Tenant.of(request));
    }

    Optional<Refusal> subscribe(Caller caller, String channel) {
        return refusal(channel, asked -> asked.subscribe(caller, channel));
    }

    Optional<Refusal> publish(Caller caller, String channel) {
        return refusal(channel, asked -> asked.publish(caller, channel));
    }

    private Optional<Refusal> refusal(String channel, Function<ChannelAccess, Answer> question) {
        // An application's access need not think of names that cannot be.
        var answer = Room.isName(channel) ? question.apply(access) : Answer.UNKNOWN;
        var refusal =
                switch (answer) {
                    case YES -> Optional.<Refusal>empty();
                    case NO -> Optional.of(Problems.FORBIDDEN);
                    case UNKNOWN -> Optional.of(Problems.UNKNOWN);
                };
        if (refusal.isPresent()) {
            counters.refused.increment();
        }
        return refusal;
    }

    /** Whether no page of another origin asks; no browser stops it from opening a WebSocket. */
    boolean isOwnPage(HttpServletRequest request) {
        var origin = request.getHeader("Origin");
        if (origin == null) {
            return true;
        }
        var host = request.getHeader("Host");
        int at = origin.indexOf("://");
        boolean own = host != null && at > 0 && origin.substring(at + 3).equalsIgnoreCase(host);
        return own || origins.checkOrigin(origin) != null;
    }
}
