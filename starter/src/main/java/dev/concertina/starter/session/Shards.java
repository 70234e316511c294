package dev.concertina.starter.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The 256 tags that ids are drawn from. Sessions of one tag lie together, with an index of their
 * ends. The tags are spread evenly over the 16384 slots of a Redis Cluster, so that every server
 * has its share of sessions, however many there are.
 */
final class Shards {
    static final int COUNT = 256;
    static final List<String> TAGS = tags();

    private static final int SLOTS = 16_384;

    private Shards() {}

    private static List<String> tags() {
        var tags = new String[COUNT];
        int found = 0;
        for (int i = 0; found < COUNT; i++) {
            var tag = "%04x".formatted(i);
            int at = slot(tag) / (SLOTS / COUNT);
            if (tags[at] == null) {
                tags[at] = tag;
                found++;
            }
        }
        return List.copyOf(Arrays.asList(tags));
    }

    /** CRC16-CCITT (XMODEM) modulo the number of slots, as Redis Cluster's specification says. */
    static int slot(String tag) {
        int crc = 0;
        for (byte b : tag.getBytes(StandardCharsets.US_ASCII)) {
            crc ^= (b & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ 0x1021;
            }
            crc &= 0xffff;
        }
        return crc % SLOTS;
    }
}
