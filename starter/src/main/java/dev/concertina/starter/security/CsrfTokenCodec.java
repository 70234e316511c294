package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.ValueCodec;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.DefaultCsrfToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The CSRF token of a session, good on every instance. */
final class CsrfTokenCodec implements TypeCodec {
    @Override
    public String type() {
        return "csrf";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    // Without it a page with a form would need a new token, and that a session to write to.
    @Override
    public boolean carried() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value instanceof CsrfToken;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var token = (CsrfToken) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("header", token.getHeaderName());
        node.put("parameter", token.getParameterName());
        node.put("token", token.getToken());
        return node;
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        return new DefaultCsrfToken(
                node.get("header").asString(),
                node.get("parameter").asString(),
                node.get("token").asString());
    }
}
