package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.UnknownType;
import dev.concertina.starter.codec.ValueCodec;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens another server gave us for a user. Of the registration only the id is kept: its secret
 * is a setting of every instance.
 */
final class Oauth2ClientCodec implements TypeCodec {
    private final Function<String, Optional<ClientRegistration>> registrations;

    Oauth2ClientCodec(Function<String, Optional<ClientRegistration>> registrations) {
        this.registrations = registrations;
    }

    @Override
    public String type() {
        return "oauth2-client";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value.getClass() == OAuth2AuthorizedClient.class;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var client = (OAuth2AuthorizedClient) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("registration", client.getClientRegistration().getRegistrationId());
        node.put("principal", client.getPrincipalName());
        var access = token(client.getAccessToken(), values);
        access.put("type", client.getAccessToken().getTokenType().getValue());
        access.set("scopes", values.node(new LinkedHashSet<>(client.getAccessToken().getScopes())));
        node.set("access", access);
        if (client.getRefreshToken() != null) {
            node.set("refresh", token(client.getRefreshToken(), values));
        }
        return node;
    }

    private static ObjectNode token(OAuth2Token token, ValueCodec values) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("value", token.getTokenValue());
        node.set("issued", values.node(token.getIssuedAt()));
        node.set("expires", values.node(token.getExpiresAt()));
        return node;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object decode(JsonNode node, ValueCodec values) {
        var id = node.get("registration").asString();
        var registration = registrations.apply(id).orElseThrow(() -> new UnknownType(id));
        var access = node.get("access");
        if (!(values.value(access.get("scopes")) instanceof Set<?> scopes)) {
            throw new UnknownType(type());
        }
        return new OAuth2AuthorizedClient(
                registration,
                node.get("principal").asString(),
                new OAuth2AccessToken(
                        new OAuth2AccessToken.TokenType(access.get("type").asString()),
                        access.get("value").asString(),
                        instant(access.get("issued"), values),
                        instant(access.get("expires"), values),
                        (Set<String>) scopes),
                refresh(node.get("refresh"), values));
    }

    private static @Nullable OAuth2RefreshToken refresh(
            @Nullable JsonNode node, ValueCodec values) {
        return node == null
                ? null
                : new OAuth2RefreshToken(
                        node.get("value").asString(),
                        instant(node.get("issued"), values),
                        instant(node.get("expires"), values));
    }

    private static @Nullable Instant instant(JsonNode node, ValueCodec values) {
        return (Instant) values.value(node);
    }
}
