package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.contract.Split;
import dev.concertina.gateway.http1.RequestHead;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who is of the new release's share. A client's ticket falls into one of a hundred parts, another
 * one for each release, and the parts up to the share are the new release's: as the share grows
 * nobody goes back, and it is not always the same ones who try what is new. Who forges a ticket
 * chooses a release, which is no more than luck would give.
 */
final class Division {
    private static final int PARTS = 100;

    private final Split split;
    private final byte[] name;
    private final long salt;
    private final AtomicInteger turn = new AtomicInteger();

    Division(Split split) {
        this.split = split;
        String word = split.name();
        this.name = (givesTickets() ? word : word.toLowerCase(Locale.ROOT)).getBytes(ISO_8859_1);
        this.salt = mixed(hash(split.release().getBytes(ISO_8859_1)));
    }

    /** Whether it obeys this already, so that its turns go on. */
    boolean divides(Split other) {
        return split.equals(other);
    }

    /** Whether clients are known by a ticket of ours. */
    boolean givesTickets() {
        return split.by() == Split.By.COOKIE;
    }

    /** The client's ticket; 0 where it has none. */
    long ticket(RequestHead head) {
        return switch (split.by()) {
            case REQUEST -> 0;
            case COOKIE -> head.hexCookie(name);
            case HEADER -> head.hashOf(name);
        };
    }

    /** Whether a request with this ticket is of the share; 0: it has none. */
    boolean holds(long ticket) {
        if (split.by() == Split.By.REQUEST) {
            return inTurn(Math.floorMod(turn.getAndIncrement(), PARTS));
        }
        return ticket != 0 && Long.remainderUnsigned(mixed(ticket ^ salt), PARTS) < split.percent();
    }

    /** Spread out evenly, and of any hundred in a row exactly as many as the share says. */
    private boolean inTurn(int at) {
        return (at + 1) * split.percent() / PARTS > at * split.percent() / PARTS;
    }

    /** The field line that gives the client its ticket. */
    byte[] field(long ticket, boolean tls) {
        return Affinity.field(split.name(), HexFormat.of().toHexDigits(ticket), tls);
    }

    private static long hash(byte[] octets) {
        return RequestHead.hash(octets, 0, octets.length);
    }

    /** Every bit of the value changes about half of the result's (Stafford's variant 13). */
    private static long mixed(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
