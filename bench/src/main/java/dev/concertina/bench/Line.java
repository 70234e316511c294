package dev.concertina.bench;

import java.util.Locale;

/**
 * One printed result: medians over runs of the same length, ours and a peer's from one run of the
 * bench. The ratio is ours ÷ peer.
 */
public record Line(
        String bench,
        String name,
        String unit,
        double ours,
        double peer,
        String peerName,
        int runs) {

    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"%s\",\"case\":\"%s\",\"unit\":\"%s\",\"ours\":%.3f,\"peer\":%.3f,"
                        + "\"peerName\":\"%s\",\"ratio\":%.3f,\"runs\":%d}",
                bench,
                name,
                unit,
                ours,
                peer,
                peerName,
                ours / peer,
                runs);
    }
}
