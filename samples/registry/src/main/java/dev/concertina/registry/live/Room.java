package dev.concertina.registry.live;

import java.security.Principal;

/** The channels: one for everybody, and one for each account. */
final class Room {
    /** Certificates as they are issued and revoked. */
    static final String REGISTRY = "registry";

    private Room() {}

    /** What concerns one account, and nobody else. */
    static String of(long account) {
        return "account-" + account;
    }

    static boolean belongsTo(String room, Principal user) {
        return room.equals("account-" + user.getName());
    }
}
