package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32;

/** What instances say they have seen: every request that one of them has read whole. */
final class Echo {
    private final Map<String, LongAdder> seen = new ConcurrentHashMap<>();

    /** Notes a request; returns what is answered to it. */
    String note(String method, String target, byte[] body) {
        seen.computeIfAbsent(target, _ -> new LongAdder()).increment();
        return of(method, target, body);
    }

    private static String of(String method, String target, byte[] body) {
        CRC32 sum = new CRC32();
        sum.update(body);
        return method + " " + target + " " + body.length + " " + sum.getValue();
    }

    static String of(StrictReader.Message message) {
        return of(message.method(), message.target(), message.body().getBytes(ISO_8859_1));
    }

    /** How often requests with this target were seen since it was last asked. */
    long take(String target) {
        LongAdder count = seen.remove(target);
        return count == null ? 0 : count.sum();
    }

    /** What was seen and never asked for. */
    Map<String, LongAdder> left() {
        return seen;
    }
}
