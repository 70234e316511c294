package dev.concertina.starter.security;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Authorities as names; a factor keeps when it was proven. */
final class Authorities {
    private Authorities() {}

    static JsonNode encode(Collection<? extends GrantedAuthority> authorities) {
        var nodes = JsonNodeFactory.instance.arrayNode();
        for (var authority : authorities) {
            if (authority instanceof FactorGrantedAuthority factor) {
                var node = nodes.addObject();
                node.put("factor", factor.getAuthority());
                node.put("at", factor.getIssuedAt().toString());
            } else {
                nodes.add(String.valueOf(authority.getAuthority()));
            }
        }
        return nodes;
    }

    static List<GrantedAuthority> decode(JsonNode nodes) {
        var authorities = new ArrayList<GrantedAuthority>(nodes.size());
        for (var node : nodes) {
            authorities.add(
                    node.isObject()
                            ? FactorGrantedAuthority.withAuthority(node.get("factor").asString())
                                    .issuedAt(Instant.parse(node.get("at").asString()))
                                    .build()
                            : new SimpleGrantedAuthority(node.asString()));
        }
        return authorities;
    }
}
