package dev.concertina.starter.channel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What was published, and where it stands.
 *
 * <p>Its text for either transport is made once and shared by all who get it.
 */
final class Publication {
    static final Pattern EVENT = Pattern.compile("[A-Za-z][A-Za-z0-9._:-]{0,63}");

    private final Position position;
    private final String before;
    private final String event;
    private final byte[] data;
    private volatile byte[] sse = {};
    private volatile String json = "";
    private final long heardNanos = System.nanoTime();

    /**
     * @param before mark of the publication before it; empty for the first
     * @param event its name; empty where a history only begins
     * @param data JSON, in one line
     */
    Publication(Position position, String before, String event, byte[] data) {
        this.position = position;
        this.before = before;
        this.event = event;
        this.data = data;
    }

    Position position() {
        return position;
    }

    String event() {
        return event;
    }

    byte[] data() {
        return data;
    }

    /** When this instance heard of it. */
    long heardNanos() {
        return heardNanos;
    }

    /** Whether there is nothing to deliver: it only marks where a history begins. */
    boolean isOrigin() {
        return event.isEmpty();
    }

    /** Whether nothing lies between. */
    boolean follows(Position last) {
        return position.offset() == last.offset() + 1
                && position.epoch().equals(last.epoch())
                && before.equals(last.mark());
    }

    /** As a server-sent event. */
    byte[] sse() {
        var made = sse;
        if (made.length == 0) {
            var head = "id: " + position + "\nevent: " + event + "\ndata: ";
            var start = head.getBytes(StandardCharsets.UTF_8);
            made = Arrays.copyOf(start, start.length + data.length + 2);
            System.arraycopy(data, 0, made, start.length, data.length);
            made[made.length - 2] = '\n';
            made[made.length - 1] = '\n';
            sse = made;
        }
        return made;
    }

    /** As the text of a WebSocket's frame. */
    String frame(String room) {
        var made = json;
        if (made.isEmpty()) {
            made =
                    "{\"channel\":\""
                            + room
                            + "\",\"id\":\""
                            + position
                            + "\",\"event\":\""
                            + event
                            + "\",\"data\":"
                            + new String(data, StandardCharsets.UTF_8)
                            + '}';
            json = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return position + " " + event;
    }
}
