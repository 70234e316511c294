package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.ValueCodec;
import org.springframework.security.core.userdetails.User;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Spring Security's own user, without the password. */
final class UserCodec implements TypeCodec {
    @Override
    public String type() {
        return "user";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value.getClass() == User.class;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var user = (User) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("name", user.getUsername());
        node.put("enabled", user.isEnabled());
        node.put("unexpired", user.isAccountNonExpired());
        node.put("fresh", user.isCredentialsNonExpired());
        node.put("unlocked", user.isAccountNonLocked());
        node.set("authorities", Authorities.encode(user.getAuthorities()));
        return node;
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        var user =
                new User(
                        node.get("name").asString(),
                        "",
                        node.get("enabled").asBoolean(),
                        node.get("unexpired").asBoolean(),
                        node.get("fresh").asBoolean(),
                        node.get("unlocked").asBoolean(),
                        Authorities.decode(node.get("authorities"), ""));
        user.eraseCredentials();
        return user;
    }
}
