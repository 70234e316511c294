package dev.concertina.starter.security;

import dev.concertina.starter.codec.ValueCodec;
import java.util.List;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The form at rest of one way to be logged in, beyond principal and authorities. */
interface LoginForm {
    /** Logical name, stable over releases. */
    String name();

    boolean handles(Authentication authentication);

    /** Adds what else has to be kept; never credentials. */
    default void encode(Authentication authentication, ObjectNode node, ValueCodec values) {}

    Authentication decode(JsonNode node, Object principal, List<GrantedAuthority> authorities);
}
