package dev.concertina.starter.limit;

import dev.concertina.starter.request.UserTag;
import java.util.Optional;

/**
 * What one request counts in, for one limit.
 *
 * @param name key in Redis; of the address, if the limit is by user
 * @param byUser whether the user's bucket is counted in instead, once a user is known
 */
record Bucket(Limit limit, String name, boolean byUser) {
    /** All of somebody's buckets share a slot, because only what is in braces decides it. */
    static String name(String prefix, String who, Limit limit) {
        return prefix + who + suffix(limit);
    }

    static String suffix(Limit limit) {
        return "}:" + limit.name();
    }

    /** What lies in its slot with it. */
    String tag(String prefix, Optional<UserTag> user) {
        var name = name(prefix, user);
        return name.substring(0, name.indexOf('}', prefix.length()));
    }

    String name(String prefix, Optional<UserTag> user) {
        return byUser ? user.map(tag -> name(prefix, tag.value(), limit)).orElse(name) : name;
    }
}
