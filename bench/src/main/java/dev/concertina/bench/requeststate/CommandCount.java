package dev.concertina.bench.requeststate;

/** Counts the commands in a stream of RESP arrays, in whatever pieces it comes. */
final class CommandCount {
    private byte kind;
    private long number;
    private long parts;
    private long octets;

    /**
     * @return how many commands ended within these octets
     */
    int feed(byte[] bytes, int length) {
        int ended = 0;
        int i = 0;
        while (i < length) {
            if (octets > 0) {
                long step = Math.min(octets, length - i);
                octets -= step;
                i += (int) step;
                ended += octets == 0 && parts == 0 ? 1 : 0;
            } else {
                head(bytes[i++]);
            }
        }
        return ended;
    }

    private void head(byte octet) {
        switch (octet) {
            case '*', '$' -> {
                kind = octet;
                number = 0;
            }
            case '\r' -> {}
            case '\n' -> {
                if (kind == '*') {
                    parts = number;
                } else {
                    // With the line end behind it.
                    octets = number + 2;
                    parts--;
                }
            }
            default -> number = number * 10 + octet - '0';
        }
    }
}
