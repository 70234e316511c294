package dev.concertina.starter.security;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Authorities as names. A factor keeps when it was proven; those of OAuth 2 get their claims back
 * from the user they belong to.
 */
final class Authorities {
    private static final boolean OAUTH2 =
            ClassUtils.isPresent(
                    "org.springframework.security.oauth2.core.user.OAuth2UserAuthority",
                    Authorities.class.getClassLoader());

    private Authorities() {}

    static JsonNode encode(Collection<? extends GrantedAuthority> authorities) {
        var nodes = JsonNodeFactory.instance.arrayNode();
        authorities.forEach(authority -> nodes.add(encode(authority)));
        return nodes;
    }

    static JsonNode encode(GrantedAuthority authority) {
        var name = String.valueOf(authority.getAuthority());
        if (authority instanceof FactorGrantedAuthority factor) {
            var node = JsonNodeFactory.instance.objectNode();
            node.put("factor", name);
            node.put("at", factor.getIssuedAt().toString());
            return node;
        }
        return OAUTH2
                ? Oauth2Authorities.encode(authority)
                        .orElse(JsonNodeFactory.instance.stringNode(name))
                : JsonNodeFactory.instance.stringNode(name);
    }

    /**
     * @param principal whose they are
     */
    static List<GrantedAuthority> decode(JsonNode nodes, Object principal) {
        var authorities = new ArrayList<GrantedAuthority>(nodes.size());
        nodes.forEach(node -> authorities.add(decodeOne(node, principal)));
        return authorities;
    }

    static GrantedAuthority decodeOne(JsonNode node, Object principal) {
        if (node.isObject() && node.get("factor") != null) {
            return FactorGrantedAuthority.withAuthority(node.get("factor").asString())
                    .issuedAt(Instant.parse(node.get("at").asString()))
                    .build();
        }
        return node.isObject() && OAUTH2
                ? Oauth2Authorities.decode(node, principal)
                : new SimpleGrantedAuthority(node.asString());
    }
}
