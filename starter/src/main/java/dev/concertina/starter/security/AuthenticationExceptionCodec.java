package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.ValueCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.security.authentication.AccountExpiredException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.security.authentication.DisabledException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.core.AuthenticationException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Why the last login failed: kind and message, without stack trace. */
final class AuthenticationExceptionCodec implements TypeCodec {
    private static final Map<String, Function<String, AuthenticationException>> KINDS =
            new LinkedHashMap<>();

    static {
        KINDS.put("LockedException", LockedException::new);
        KINDS.put("DisabledException", DisabledException::new);
        KINDS.put("AccountExpiredException", AccountExpiredException::new);
        KINDS.put("CredentialsExpiredException", CredentialsExpiredException::new);
    }

    @Override
    public String type() {
        return "login-failure";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value instanceof AuthenticationException;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var failure = (AuthenticationException) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("kind", failure.getClass().getSimpleName());
        node.put("message", String.valueOf(failure.getMessage()));
        return node;
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        return KINDS.getOrDefault(node.get("kind").asString(), BadCredentialsException::new)
                .apply(node.get("message").asString());
    }
}
