package dev.concertina.starter.security;

import java.util.List;
import java.util.function.BiFunction;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.ott.OneTimeTokenAuthentication;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import tools.jackson.databind.JsonNode;

/** The ways to be logged in that Spring Security brings without further modules. */
final class LoginForms {
    private LoginForms() {}

    static List<LoginForm> all() {
        return List.of(
                new Password(),
                of(
                        "pre-authenticated",
                        PreAuthenticatedAuthenticationToken.class,
                        (principal, roles) ->
                                new PreAuthenticatedAuthenticationToken(principal, "", roles)),
                // The key only proves that a cookie was ours, and that was looked at already.
                of(
                        "remember-me",
                        RememberMeAuthenticationToken.class,
                        (principal, roles) ->
                                new RememberMeAuthenticationToken("kept", principal, roles)),
                of("one-time", OneTimeTokenAuthentication.class, OneTimeTokenAuthentication::new));
    }

    private static LoginForm of(
            String name,
            Class<? extends Authentication> type,
            BiFunction<Object, List<GrantedAuthority>, AbstractAuthenticationToken> make) {
        return new LoginForm() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean handles(Authentication authentication) {
                return authentication.getClass() == type;
            }

            @Override
            public Authentication decode(
                    JsonNode node, Object principal, List<GrantedAuthority> authorities) {
                return make.apply(principal, authorities);
            }
        };
    }

    private static final class Password implements LoginForm {
        @Override
        public String name() {
            return "password";
        }

        @Override
        public boolean handles(Authentication authentication) {
            return authentication.getClass() == UsernamePasswordAuthenticationToken.class;
        }

        @Override
        public Authentication decode(
                JsonNode node, Object principal, List<GrantedAuthority> authorities) {
            return node.get("authenticated").asBoolean()
                    ? UsernamePasswordAuthenticationToken.authenticated(
                            principal, null, authorities)
                    : UsernamePasswordAuthenticationToken.unauthenticated(principal, null);
        }
    }
}
