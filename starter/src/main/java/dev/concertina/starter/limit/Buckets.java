package dev.concertina.starter.limit;

import dev.concertina.starter.request.UserTag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the buckets of a request. */
final class Buckets {
    static final String ADDRESS = "address";
    static final String USER = "user";
    static final String ALL = "all";

    private final String prefix;
    private final Map<String, LimitKey> keys;
    private final int ipv6Prefix;

    /**
     * @param prefix first part of every bucket's name
     */
    Buckets(String prefix, Map<String, LimitKey> keys, int ipv6Prefix) {
        this.prefix = prefix;
        this.keys = Map.copyOf(keys);
        this.ipv6Prefix = ipv6Prefix;
    }

    /**
     * @throws IllegalArgumentException if nobody knows the limit's key
     */
    void check(Limit limit) {
        var key = limit.key();
        if (!key.equals(ADDRESS)
                && !key.equals(USER)
                && !key.equals(ALL)
                && !keys.containsKey(key)) {
            throw new IllegalArgumentException(
                    "The limit '"
                            + limit.name()
                            + "' counts by '"
                            + key
                            + "', which nobody knows. Write address, user or all"
                            + (key.equals("tenant")
                                    ? ", or set concertina.tenant.from or concertina.limit.tenant-header."
                                    : ", or add a LimitKey bean of that name."));
        }
    }

    List<Bucket> of(List<Limit> limits, HttpServletRequest request) {
        return limits.stream()
                .map(limit ->
                        new Bucket(
                                limit,
                                Bucket.name(prefix, who(limit.key(), request), limit),
                                limit.key().equals(USER)))
                .toList();
    }

    private String who(String key, HttpServletRequest request) {
        if (key.equals(ALL)) {
            return ALL;
        }
        var own = keys.get(key);
        return (own == null ? Optional.<String>empty() : own.of(request))
                .map(value -> UserTag.hash(key + "\n" + value))
                .orElseGet(() -> UserTag.hash(ADDRESS + "\n" + client(request.getRemoteAddr())));
    }

    // One customer has at least a /64 of IPv6 to choose from.
    private String client(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            var bytes = InetAddress.getByName(address).getAddress();
            if (bytes.length != 16) {
                return address;
            }
            for (int bit = ipv6Prefix; bit < 128; bit++) {
                bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
            }
            return HexFormat.of().formatHex(bytes);
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
