package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.UnknownType;
import dev.concertina.starter.codec.ValueCodec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.oidc.IdTokenClaimNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;
import org.springframework.security.oauth2.core.user.OAuth2User;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A user as another server described them: claims, and for OpenID Connect the id token, which is
 * needed to log out there. The attribute that is the name is found again by its value.
 */
final class Oauth2UserCodec implements TypeCodec {
    @Override
    public String type() {
        return "oauth2-user";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value.getClass() == DefaultOAuth2User.class
                || value.getClass() == DefaultOidcUser.class;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var user = (OAuth2User) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("by", by(user));
        node.set("authorities", Authorities.encode(user.getAuthorities()));
        if (user instanceof DefaultOidcUser oidc) {
            var token = oidc.getIdToken();
            node.put("token", token.getTokenValue());
            node.set("issued", values.node(token.getIssuedAt()));
            node.set("expires", values.node(token.getExpiresAt()));
            node.set("claims", values.node(new LinkedHashMap<>(token.getClaims())));
            if (oidc.getUserInfo() != null) {
                node.set("info", values.node(new LinkedHashMap<>(oidc.getUserInfo().getClaims())));
            }
        } else {
            node.set("attributes", values.node(new LinkedHashMap<>(user.getAttributes())));
        }
        return node;
    }

    private static String by(OAuth2User user) {
        return user.getAttributes().entrySet().stream()
                .filter(entry -> user.getName().equals(String.valueOf(entry.getValue())))
                .map(Map.Entry::getKey)
                // Of several that read the same, the subject is what it usually is.
                .min((one, other) -> Boolean.compare(isSubject(other), isSubject(one)))
                .orElse(IdTokenClaimNames.SUB);
    }

    private static boolean isSubject(String name) {
        return name.equals(IdTokenClaimNames.SUB);
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        var by = node.get("by").asString();
        if (node.get("token") == null) {
            var attributes = claims(node.get("attributes"), values);
            var bare = new DefaultOAuth2User(null, attributes, by);
            return new DefaultOAuth2User(
                    Authorities.decode(node.get("authorities"), bare), attributes, by);
        }
        var token =
                new OidcIdToken(
                        node.get("token").asString(),
                        instant(node.get("issued"), values),
                        instant(node.get("expires"), values),
                        claims(node.get("claims"), values));
        var info =
                Optional.ofNullable(node.get("info"))
                        .map(claims -> new OidcUserInfo(claims(claims, values)))
                        .orElse(null);
        var bare = new DefaultOidcUser(null, token, info, by);
        return new DefaultOidcUser(
                Authorities.decode(node.get("authorities"), bare), token, info, by);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> claims(JsonNode node, ValueCodec values) {
        if (values.value(node) instanceof Map<?, ?> claims) {
            return (Map<String, Object>) claims;
        }
        throw new UnknownType("claims");
    }

    private static @Nullable Instant instant(JsonNode node, ValueCodec values) {
        return (Instant) values.value(node);
    }
}
