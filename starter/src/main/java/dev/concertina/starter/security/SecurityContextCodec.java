package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.Unencodable;
import dev.concertina.starter.codec.UnknownType;
import dev.concertina.starter.codec.ValueCodec;
import java.util.List;
import java.util.Optional;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who is logged in: kind, principal, authorities. Credentials are left out, the principal's
 * password with them. It rests on the session attribute Spring Security writes anyway, so that a
 * login chain needs no code.
 */
final class SecurityContextCodec implements TypeCodec {
    private final List<LoginForm> forms;

    SecurityContextCodec(List<LoginForm> forms) {
        this.forms = List.copyOf(forms);
    }

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
        return value instanceof SecurityContext;
    }

    @Override
    public Object kind(Object value) {
        var authentication = ((SecurityContext) value).getAuthentication();
        if (authentication == null) {
            return type();
        }
        var principal = authentication.getPrincipal();
        return List.of(
                authentication.getClass(), principal == null ? type() : principal.getClass());
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

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var node = JsonNodeFactory.instance.objectNode();
        var authentication = ((SecurityContext) value).getAuthentication();
        if (authentication == null) {
            return node;
        }
        var form = form(authentication);
        node.put("kind", form.name());
        node.put("authenticated", authentication.isAuthenticated());
        node.set("principal", principal(authentication, values));
        node.set("authorities", Authorities.encode(authentication.getAuthorities()));
        if (authentication.getDetails() instanceof WebAuthenticationDetails details) {
            node.put("address", details.getRemoteAddress());
        }
        form.encode(authentication, node, values);
        return node;
    }

    private LoginForm form(Authentication authentication) {
        return forms.stream()
                .filter(form -> form.handles(authentication))
                .findFirst()
                .orElseThrow(() ->
                        new Unencodable(
                                "A login of class "
                                        + authentication.getClass().getName()
                                        + " has no form outside this JVM. Let the provider return"
                                        + " a UsernamePasswordAuthenticationToken with the"
                                        + " application's own principal in it."));
    }

    private static JsonNode principal(Authentication authentication, ValueCodec values) {
        var principal = authentication.getPrincipal();
        var node = values.node(principal);
        if (principal instanceof UserDetails user
                && user.getPassword() != null
                && !user.getPassword().isEmpty()) {
            erase(node, user.getPassword());
        }
        return node;
    }

    // Whatever the field is called.
    private static void erase(JsonNode node, String password) {
        if (node instanceof ObjectNode object) {
            for (var entry : object.properties()) {
                if (entry.getValue().isString()
                        && entry.getValue().stringValue().equals(password)) {
                    entry.setValue(JsonNodeFactory.instance.nullNode());
                }
            }
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.values().forEach(child -> erase(child, password));
        }
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        var context = new SecurityContextImpl();
        if (node.get("kind") != null) {
            context.setAuthentication(authentication(node, values));
        }
        return context;
    }

    private Authentication authentication(JsonNode node, ValueCodec values) {
        var kind = node.get("kind").asString();
        var form =
                forms.stream()
                        .filter(f -> f.name().equals(kind))
                        .findFirst()
                        .orElseThrow(() -> new UnknownType(kind));
        var principal = values.value(node.get("principal"));
        var whose = principal == null ? "" : principal;
        var authentication =
                form.decode(node, whose, Authorities.decode(node.get("authorities"), whose));
        if (node.get("address") != null
                && authentication instanceof AbstractAuthenticationToken token) {
            token.setDetails(new WebAuthenticationDetails(node.get("address").asString(), null));
        }
        return authentication;
    }
}
