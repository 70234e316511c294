package dev.concertina.gateway.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes entries as lines of JSON (RFC 8259); times in seconds. */
final class AccessLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder line;

    AccessLine(StringBuilder line) {
        this.line = line;
    }

    void add(AccessEntry entry) {
        line.append("{\"time\":\"");
        TIME.formatTo(Instant.ofEpochMilli(entry.atMillis()), line);
        line.append('"');
        text("id", entry.requestId());
        text("client", entry.client());
        text("method", entry.method());
        text("target", entry.target());
        text("protocol", entry.protocol());
        number("status", entry.status());
        number("bytes", entry.bytes());
        seconds("duration", entry.durationNanos());
        if (entry.upstreamNanos() >= 0) {
            seconds("upstream", entry.upstreamNanos());
        }
        text("instance", entry.instance());
        number("retries", entry.retries());
        text("tls", entry.tls());
        line.append("}\n");
    }

    private void name(String name) {
        line.append(",\"").append(name).append("\":");
    }

    private void number(String name, long value) {
        name(name);
        line.append(value);
    }

    /** With six decimals. */
    private void seconds(String name, long nanos) {
        name(name);
        long micros = Math.max(0, nanos) / 1000;
        line.append(micros / 1_000_000).append('.');
        String fraction = Long.toString(micros % 1_000_000);
        line.repeat('0', 6 - fraction.length()).append(fraction);
    }

    private void text(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        name(name);
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            escaped(value.charAt(i));
        }
        line.append('"');
    }

    private void escaped(char c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else if (c >= ' ' && c < 127) {
            line.append(c);
        } else {
            // What clients send may be anything; a line of ASCII confuses no terminal.
            line.append("\\u").append(HEX[c >> 12]).append(HEX[(c >> 8) & 15]);
            line.append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
        }
    }
}
