package dev.concertina.starter.token;

import dev.concertina.starter.request.UserTag;

/**
 * Where a login's refresh tokens are kept.
 *
 * @param hash of the secret part of the token, which itself is kept nowhere; also the claim {@code
 *     sid} of the login's access tokens
 */
record FamilyKey(UserTag user, String hash) {}
