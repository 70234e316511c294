package dev.concertina.starter.security;

import dev.concertina.starter.codec.UnknownType;
import dev.concertina.starter.codec.ValueCodec;
import java.util.List;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.user.OAuth2User;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Logged in by another server (OAuth 2, OpenID Connect). */
final class Oauth2Login implements LoginForm {
    @Override
    public String name() {
        return "oauth2";
    }

    @Override
    public boolean handles(Authentication authentication) {
        return authentication.getClass() == OAuth2AuthenticationToken.class;
    }

    @Override
    public void encode(Authentication authentication, ObjectNode node, ValueCodec values) {
        node.put(
                "registration",
                ((OAuth2AuthenticationToken) authentication).getAuthorizedClientRegistrationId());
    }

    @Override
    public Authentication decode(
            JsonNode node, Object principal, List<GrantedAuthority> authorities) {
        if (!(principal instanceof OAuth2User user)) {
            throw new UnknownType("oauth2 user");
        }
        return new OAuth2AuthenticationToken(
                user, authorities, node.get("registration").asString());
    }
}
