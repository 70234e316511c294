package dev.concertina.acceptance.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What HTTP/2 servers were brought down with: frames that cost the sender nothing. Octets are
 * characters of ISO 8859-1; each frame is RFC 9113 section 4.1.
 */
enum Http2Abuse {
    /** CVE-2023-44487: requests that are taken back at once. */
    RAPID_RESET {
        @Override
        String frames(int number) {
            int stream = 2 * number + 1;
            return frame(
                            Http2Frame.HEADERS,
                            Http2Frame.END_STREAM | Http2Frame.END_HEADERS,
                            stream,
                            REQUEST)
                    + frame(Http2Frame.RST_STREAM, 0, stream, "\0\0\0\u0008");
        }
    },
    /** CVE-2024-27316: a head that never ends. */
    CONTINUATION {
        @Override
        String frames(int number) {
            return number == 0
                    ? frame(Http2Frame.HEADERS, 0, 1, REQUEST)
                    : frame(Http2Frame.CONTINUATION, 0, 1, "\0\1x\1y".repeat(200));
        }
    },
    /** CVE-2019-9512: frames that must be answered. */
    PING {
        @Override
        String frames(int number) {
            return frame(Http2Frame.PING, 0, 0, "12345678");
        }
    },
    /** CVE-2019-9515: the same with settings. */
    SETTINGS {
        @Override
        String frames(int number) {
            return frame(Http2Frame.SETTINGS, 0, 0, "");
        }
    },
    /** CVE-2019-9518: frames that carry nothing. */
    EMPTY_DATA {
        @Override
        String frames(int number) {
            return number == 0
                    ? frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS, 1, REQUEST)
                    : frame(Http2Frame.DATA, 0, 1, "");
        }
    };

    private static final int FRAMES_MAX = 200_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** GET http://a/ in HPACK, of the static table but for the authority. */
    private static final String REQUEST = "\u0082\u0086\u0084A\u0001a";

    /** What is sent as the n-th, counted from 0. */
    abstract String frames(int number);

    private static String frame(int type, int flags, int stream, String payload) {
        return new Http2Frame(type, flags, stream, payload).octets();
    }

    /** Sends until it is cut off; returns the error it was told, or that it never was. */
    String by(Attacker attacker) throws IOException {
        attacker.send(Http2Frame.PREFACE);
        var answer = attacker.listen();
        try {
            for (int number = 0; number < FRAMES_MAX; number++) {
                attacker.send(frames(number));
            }
        } catch (IOException cutOff) {
            return goaway(answer.join());
        }
        // All of it may lie in the sockets' buffers before the gateway has come to the first of it.
        String heard =
                answer.completeOnTimeout("open", PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        return heard.equals("open") ? "never cut off" : goaway(heard);
    }

    private static String goaway(String answer) {
        String said = "cut off";
        for (int at = 0; at + 9 <= answer.length(); ) {
            int length =
                    answer.charAt(at) << 16 | answer.charAt(at + 1) << 8 | answer.charAt(at + 2);
            if (answer.charAt(at + 3) == Http2Frame.GOAWAY && at + 17 <= answer.length()) {
                said = "GOAWAY " + (int) answer.charAt(at + 16);
            }
            at += 9 + length;
        }
        return said;
    }
}
