package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.ValueCodec;
import java.util.List;
import java.util.Optional;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who is logged in: kind, principal, authorities. Credentials are left out. It rests on the session
 * attribute Spring Security writes anyway, so that a login chain needs no code.
 */
final class SecurityContextCodec implements TypeCodec {
    @Override
    public String type() {
        return "security-context";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value instanceof SecurityContext context
                && (context.getAuthentication() == null
                        || !kind(context.getAuthentication()).isEmpty());
    }

    @Override
    public boolean identifies() {
        return true;
    }

    @Override
    public Optional<String> user(Object value) {
        return Optional.ofNullable(((SecurityContext) value).getAuthentication())
                .filter(Authentication::isAuthenticated)
                .map(Authentication::getName);
    }

    private static String kind(Authentication authentication) {
        var type = authentication.getClass();
        if (type == UsernamePasswordAuthenticationToken.class) {
            return "password";
        }
        return type == PreAuthenticatedAuthenticationToken.class ? "pre-authenticated" : "";
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var node = JsonNodeFactory.instance.objectNode();
        var authentication = ((SecurityContext) value).getAuthentication();
        if (authentication == null) {
            return node;
        }
        node.put("kind", kind(authentication));
        node.put("authenticated", authentication.isAuthenticated());
        node.set("principal", values.node(authentication.getPrincipal()));
        node.set("authorities", Authorities.encode(authentication.getAuthorities()));
        if (authentication.getDetails() instanceof WebAuthenticationDetails details) {
            node.put("address", details.getRemoteAddress());
        }
        return node;
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        var context = new SecurityContextImpl();
        if (node.get("kind") != null) {
            context.setAuthentication(authentication((ObjectNode) node, values));
        }
        return context;
    }

    private static Authentication authentication(ObjectNode node, ValueCodec values) {
        var principal = values.value(node.get("principal"));
        var name = principal == null ? "" : principal;
        var authorities = Authorities.decode(node.get("authorities"));
        var details =
                node.get("address") == null
                        ? null
                        : new WebAuthenticationDetails(node.get("address").asString(), null);
        var token =
                node.get("kind").asString().equals("password")
                        ? password(node, name, authorities)
                        : new PreAuthenticatedAuthenticationToken(name, "", authorities);
        token.setDetails(details);
        return token;
    }

    private static UsernamePasswordAuthenticationToken password(
            ObjectNode node, Object principal, List<GrantedAuthority> authorities) {
        return node.get("authenticated").asBoolean()
                ? UsernamePasswordAuthenticationToken.authenticated(principal, null, authorities)
                : UsernamePasswordAuthenticationToken.unauthenticated(principal, null);
    }
}
