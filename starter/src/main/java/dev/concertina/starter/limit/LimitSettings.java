package dev.concertina.starter.limit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often somebody may ask.
 *
 * @param enabled whether anything is limited; default true
 * @param rules limits by path; default none
 * @param fields whether allowed answers carry RateLimit and RateLimit-Policy too; default true
 * @param tenantHeader request field that names the tenant, set by something the client cannot
 *     bypass; default none
 * @param ipv6Prefix leading bits of an IPv6 address that count as one client; default 64
 * @param remembered buckets each instance remembers at most, of those it refuses without asking and
 *     of those it counts itself while Redis is away; default 50000
 * @param instances among how many a limit is shared while Redis is away; default as many as
 *     reported last, else {@code CONCERTINA_FLEET_SIZE_MAX}, else 1
 */
@ConfigurationProperties("concertina.limit")
public record LimitSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<Rule> rules,
        @DefaultValue("true") boolean fields,
        Optional<String> tenantHeader,
        @DefaultValue("64") int ipv6Prefix,
        @DefaultValue("50000") int remembered,
        Optional<Integer> instances,
        @DefaultValue Strict strict) {

    public LimitSettings {
        rules = List.copyOf(rules);
        require(ipv6Prefix >= 1 && ipv6Prefix <= 128, "ipv6-prefix", ipv6Prefix, "1 to 128");
        require(remembered >= 1, "remembered", remembered, "1 or more");
        require(instances.orElse(1) >= 1, "instances", instances.orElse(0), "1 or more");
    }

    private static void require(boolean holds, String key, Object value, String instead) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "concertina.limit." + key + " is " + value + ". Give it " + instead + ".");
        }
    }

    /**
     * A limit on some paths. All rules that match a request apply to it.
     *
     * @param name endpoint class, unique
     * @param paths such as {@code /api/**}, without the context path
     * @param methods such as {@code POST}; default all
     * @param rate such as {@code 10/s} or {@code 100/m}
     * @param burst how many may come at once; default the number in the rate
     * @param cost how many one request counts for; default 1
     * @param key {@code address}, {@code user}, {@code tenant}, {@code all} or the name of a {@link
     *     LimitKey}; default address
     * @param whenAway what holds while Redis is away; default share
     */
    public record Rule(
            String name,
            List<String> paths,
            @DefaultValue List<String> methods,
            Rate rate,
            @DefaultValue("0") long burst,
            @DefaultValue("1") int cost,
            @DefaultValue("address") String key,
            @DefaultValue("share") Away whenAway) {
        public Rule {
            paths = List.copyOf(paths);
            methods = List.copyOf(methods);
        }
    }

    /**
     * When limits tighten by themselves. One instance under pressure tightens those of all.
     *
     * @param enabled default true
     * @param window over which is measured; default 10 s
     * @param requests without which a window says nothing; default 100
     * @param rejected share of limited requests refused, from which on there is pressure; default
     *     0.5, more than 1 is never
     * @param errors share of answers 500 or above; default 0.5
     * @param cpu share of the machine's processors in use; default 0.95
     * @param latency mean time of an answer; default none
     * @param factor what is left of rate and burst; default 0.5
     * @param floor what is left at least when pressure returns again and again; default 0.25
     * @param hold how long it lasts; default 60 s, twice as long each time pressure is back at once
     * @param holdMax how long it lasts at most; default 10 m
     */
    public record Strict(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("10s") Duration window,
            @DefaultValue("100") int requests,
            @DefaultValue("0.5") double rejected,
            @DefaultValue("0.5") double errors,
            @DefaultValue("0.95") double cpu,
            Optional<Duration> latency,
            @DefaultValue("0.5") double factor,
            @DefaultValue("0.25") double floor,
            @DefaultValue("60s") Duration hold,
            @DefaultValue("10m") Duration holdMax) {
        public Strict {
            require(window.isPositive(), "strict.window", window, "10s");
            require(hold.isPositive(), "strict.hold", hold, "60s");
            require(factor > 0 && factor <= 1, "strict.factor", factor, "a share such as 0.5");
            require(floor > 0 && floor <= factor, "strict.floor", floor, "a share up to factor");
        }
    }
}
