package dev.concertina.starter.security;

import java.util.Optional;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority;
import org.springframework.security.oauth2.core.user.OAuth2User;
import org.springframework.security.oauth2.core.user.OAuth2UserAuthority;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Authorities that repeat the claims of the user they belong to; at rest they do not. */
final class Oauth2Authorities {
    private Oauth2Authorities() {}

    static Optional<JsonNode> encode(GrantedAuthority authority) {
        if (!(authority instanceof OAuth2UserAuthority user)) {
            return Optional.empty();
        }
        var node = JsonNodeFactory.instance.objectNode();
        node.put(user instanceof OidcUserAuthority ? "oidc" : "oauth2", user.getAuthority());
        if (user.getUserNameAttributeName() != null) {
            node.put("by", user.getUserNameAttributeName());
        }
        return Optional.of(node);
    }

    @SuppressWarnings("NullAway") // the name of the attribute may be missing, and is then null
    static GrantedAuthority decode(JsonNode node, Object principal) {
        var by = node.get("by") == null ? null : node.get("by").asString();
        if (node.get("oidc") != null) {
            var name = node.get("oidc").asString();
            return principal instanceof OidcUser user
                    ? new OidcUserAuthority(name, user.getIdToken(), user.getUserInfo(), by)
                    : new SimpleGrantedAuthority(name);
        }
        var name = node.get("oauth2").asString();
        return principal instanceof OAuth2User user
                ? new OAuth2UserAuthority(name, user.getAttributes(), by)
                : new SimpleGrantedAuthority(name);
    }
}
