package dev.concertina.registry.account;

import dev.concertina.starter.token.TokenPair;
import dev.concertina.starter.token.Tokens;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Signing in for programs: an access token that every instance verifies by itself, and a refresh
 * token for the next one. The starter answers {@code /token/refresh} and {@code /token/revoke}.
 */
@RestController
@ConditionalOnProperty("concertina.token.issuer")
class TokenController {
    private final Accounts accounts;
    private final Tokens tokens;

    TokenController(Accounts accounts, Tokens tokens) {
        this.accounts = accounts;
        this.tokens = tokens;
    }

    /** What a program signs in with. */
    record Credentials(
            @NotBlank(message = "Say with which e-mail address.") String email,
            @NotBlank(message = "Say with which password.") String password) {}

    /** The answer, named as in OAuth 2. */
    record Answer(String access_token, String token_type, long expires_in, String refresh_token) {
        static Answer of(TokenPair pair) {
            var life = Duration.between(Instant.now(), pair.accessEnd());
            return new Answer(pair.access(), "Bearer", life.toSeconds(), pair.refresh());
        }
    }

    @PostMapping("/api/login")
    Answer login(@Valid @RequestBody Credentials credentials) {
        return accounts.known(credentials.email(), credentials.password())
                .map(account -> Answer.of(tokens.issue(TokenAccounts.user(account))))
                .orElseThrow(() ->
                        new ErrorResponseException(
                                HttpStatus.UNAUTHORIZED,
                                ProblemDetail.forStatusAndDetail(
                                        HttpStatus.UNAUTHORIZED,
                                        "This address and password do not belong together."),
                                null));
    }

    @GetMapping("/api/me")
    Account me(Principal principal) {
        return accounts.of(principal);
    }
}
