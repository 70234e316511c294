package dev.concertina.starter.token;

import dev.concertina.starter.request.UserTag;
import java.time.Instant;

/**
 * What an access token is revoked by.
 *
 * @param family hash of the login it came from
 * @param issuedMillis by the store's clock, finer than the claim {@code iat}
 */
record Access(UserTag user, String id, String family, long issuedMillis, Instant end) {}
