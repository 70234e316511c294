package dev.concertina.starter.preference;

import dev.concertina.starter.request.UserTag;

/** Whose choices they are; nothing in it names the person. */
record Owner(String key) {
    static Owner user(UserTag tag) {
        return new Owner("u" + tag.value());
    }

    /** Only a hash of the cookie is kept, so a dump of the store is no cookie. */
    static Owner visitor(String cookie) {
        return new Owner("v" + UserTag.hash("visitor\n" + cookie));
    }
}
