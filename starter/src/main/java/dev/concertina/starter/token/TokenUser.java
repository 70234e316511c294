package dev.concertina.starter.token;

import java.util.List;
import java.util.Optional;

/**
 * Whom a token speaks for. These are the claims {@code sub}, {@code email}, {@code roles} and
 * {@code tenant}.
 *
 * @param id what the application knows the user by; never reused for another user
 * @param roles without the prefix {@code ROLE_}
 */
public record TokenUser(
        String id, Optional<String> email, List<String> roles, Optional<String> tenant) {
    public TokenUser {
        if (id.isBlank()) {
            throw new IllegalArgumentException(
                    "A token needs a user: the id is blank. Give the id the user is stored under.");
        }
        roles = List.copyOf(roles);
    }

    public TokenUser(String id, String... roles) {
        this(id, Optional.empty(), List.of(roles), Optional.empty());
    }
}
