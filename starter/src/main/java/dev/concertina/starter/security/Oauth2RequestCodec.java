package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.UnknownType;
import dev.concertina.starter.codec.ValueCodec;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What another server was asked for, until it answers, at whichever instance that arrives. */
final class Oauth2RequestCodec implements TypeCodec {
    @Override
    public String type() {
        return "oauth2-request";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value.getClass() == OAuth2AuthorizationRequest.class;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var request = (OAuth2AuthorizationRequest) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("uri", request.getAuthorizationUri());
        node.put("client", request.getClientId());
        node.put("redirect", request.getRedirectUri());
        node.put("state", request.getState());
        node.put("request", request.getAuthorizationRequestUri());
        node.set("scopes", values.node(new LinkedHashSet<>(request.getScopes())));
        node.set("parameters", values.node(new LinkedHashMap<>(request.getAdditionalParameters())));
        node.set("attributes", values.node(new LinkedHashMap<>(request.getAttributes())));
        return node;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the builder takes null for what was not said
    public Object decode(JsonNode node, ValueCodec values) {
        var scopes = values.value(node.get("scopes"));
        var parameters = values.value(node.get("parameters"));
        var attributes = values.value(node.get("attributes"));
        if (!(scopes instanceof Set<?>)
                || !(parameters instanceof Map<?, ?>)
                || !(attributes instanceof Map<?, ?>)) {
            throw new UnknownType(type());
        }
        return OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri(node.get("uri").asString())
                .clientId(node.get("client").asString())
                .redirectUri(text(node.get("redirect")))
                .state(text(node.get("state")))
                .scopes((Set<String>) scopes)
                .additionalParameters((Map<String, Object>) parameters)
                .attributes((Map<String, Object>) attributes)
                .authorizationRequestUri(node.get("request").asString())
                .build();
    }

    @SuppressWarnings("NullAway")
    private static String text(JsonNode node) {
        return node.isNull() ? null : node.asString();
    }
}
