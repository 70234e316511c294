package dev.concertina.fleet.wire;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as every socket of the fleet writes and reads it. */
public final class Json {
    // An older fleet must understand a newer gateway, so unknown properties pass.
    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** One line, without a line break inside. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * @throws tools.jackson.core.JacksonException if the text is not JSON of this form
     */
    public static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }
}
