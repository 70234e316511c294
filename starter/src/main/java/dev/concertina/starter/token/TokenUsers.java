package dev.concertina.starter.token;

import java.util.Optional;

/**
 * The application's users, asked at every refresh. Without such a bean a refreshed token says what
 * was true at login; with one, changed roles and locked accounts count from the next refresh on.
 */
@FunctionalInterface
public interface TokenUsers {
    /** The user as of now, or empty when the login is to end. */
    Optional<TokenUser> find(String id);
}
