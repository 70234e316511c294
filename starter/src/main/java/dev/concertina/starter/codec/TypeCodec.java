package dev.concertina.starter.codec;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The form at rest of one kind of value that is not the application's own, such as a framework's
 * security context. What it reads must not depend on the framework's release.
 */
public interface TypeCodec {
    /** Logical name, stable over releases. */
    String type();

    /** Grows when the form changes in a way older releases cannot read. */
    default int schema() {
        return 1;
    }

    /** Whether a decoded value never changes in place, so that it need not be looked at again. */
    boolean immutable();

    boolean handles(Object value);

    /** Whether values say who somebody is, such as a login. */
    default boolean identifies() {
        return false;
    }

    /** The name of the user such a value proves, if it proves one. */
    default Optional<String> user(Object value) {
        return Optional.empty();
    }

    /** Whether values travel in the identity capsule, so that they are there without the store. */
    default boolean carried() {
        return identifies();
    }

    JsonNode encode(Object value, ValueCodec values);

    Object decode(JsonNode node, ValueCodec values);
}
