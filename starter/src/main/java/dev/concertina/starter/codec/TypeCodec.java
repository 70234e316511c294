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

    /** Values of one kind can be read back all or none. */
    default Object kind(Object value) {
        return value.getClass();
    }

    /**
     * @throws Unencodable if it, or a value inside it, has no form outside this JVM
     */
    JsonNode encode(Object value, ValueCodec values);

    /**
     * @throws UnknownType if this release or its settings cannot make sense of it
     */
    Object decode(JsonNode node, ValueCodec values);
}
