package dev.concertina.gateway.limit;

import java.net.InetAddress;

/**
 * Whom a limit counts: an IPv4 address, or the first 64 bits of an IPv6 address, because whoever
 * has one address of such a block has all of them (RFC 4291 section 2.5.4). Two that differ never
 * share a key: IPv4 lies in a block that is reserved (::/8).
 */
public final class ClientKey {
    private ClientKey() {}

    public static long of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * @param address four or sixteen octets; an IPv4-mapped address counts as IPv4
     * @return never 0
     */
    public static long of(byte[] address) {
        long key =
                switch (address.length) {
                    case 4 -> number(address, 0, 4);
                    case 16 -> isMapped(address) ? number(address, 12, 16) : number(address, 0, 8);
                    default ->
                            throw new IllegalArgumentException(
                                    "an address has 4 or 16 octets, not " + address.length);
                };
        // 0.0.0.0 and ::1: the one is nobody, the other this machine.
        return key == 0 ? 1 : key;
    }

    private static boolean isMapped(byte[] address) {
        return number(address, 0, 8) == 0 && number(address, 8, 12) == 0xFFFF;
    }

    private static long number(byte[] octets, int start, int end) {
        long number = 0;
        for (int i = start; i < end; i++) {
            number = (number << 8) | (octets[i] & 0xFF);
        }
        return number;
    }
}
