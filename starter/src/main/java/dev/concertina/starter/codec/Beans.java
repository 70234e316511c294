package dev.concertina.starter.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** The application's own records, enums and beans, by class name, from allowed packages only. */
final class Beans {
    private final JsonMapper mapper;
    private final Predicate<String> allowed;
    private final ClassLoader loader;

    Beans(JsonMapper mapper, Predicate<String> allowed, ClassLoader loader) {
        this.mapper = mapper;
        this.allowed = allowed;
        this.loader = loader;
    }

    /** What a container puts into a bean is no part of its state. */
    private static final Set<String> INJECTED =
            Set.of(
                    "org.springframework.beans.factory.annotation.Autowired",
                    "org.springframework.beans.factory.annotation.Value",
                    "jakarta.inject.Inject",
                    "jakarta.annotation.Resource",
                    "jakarta.persistence.PersistenceContext");

    /**
     * Looks at fields, as a session always has, so that getters with effects stay uncalled; not at
     * those that are injected.
     */
    static JsonMapper mapper(List<BeanForm> forms) {
        return JsonMapper.builder()
                .addModule(Unconstructed.module())
                .addModules(forms.stream().map(BeanForm::module).toList())
                .annotationIntrospector(
                        new JacksonAnnotationIntrospector() {
                            private static final long serialVersionUID = 1;

                            @Override
                            public boolean hasIgnoreMarker(
                                    MapperConfig<?> config, AnnotatedMember member) {
                                return super.hasIgnoreMarker(config, member)
                                        || member.annotations()
                                                .anyMatch(a ->
                                                        INJECTED.contains(
                                                                a.annotationType().getName()));
                            }
                        })
                .changeDefaultVisibility(v ->
                        v.withFieldVisibility(Visibility.ANY)
                                .withGetterVisibility(Visibility.NONE)
                                .withIsGetterVisibility(Visibility.NONE)
                                .withSetterVisibility(Visibility.NONE)
                                .withCreatorVisibility(Visibility.NONE))
                // As a number it would be read as a double, which knows neither 3.00 nor 20 digits.
                .withConfigOverride(
                        BigDecimal.class,
                        override ->
                                override.setFormat(
                                        JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
                .enable(MapperFeature.PROPAGATE_TRANSIENT_MARKER)
                .build();
    }

    String tag(Class<?> type) {
        if (type.isAnonymousClass() || type.isLocalClass() || type.isHidden()) {
            throw new Unencodable(
                    "A "
                            + type.getName()
                            + " has no name another instance could look up. Use a record or a named"
                            + " class.");
        }
        if (!allowed.test(type.getName())) {
            throw new Unencodable(
                    "A "
                            + type.getName()
                            + " is not kept: its package is not the application's own. Keep a"
                            + " simple value or a record instead, or add its package to"
                            + " concertina.codec.packages.");
        }
        return "@" + type.getName();
    }

    JsonNode write(Object value) {
        try {
            return mapper.valueToTree(value);
        } catch (JacksonException | StackOverflowError e) {
            throw new Unencodable(cannotWrite(value, e), e);
        }
    }

    // The cause may quote values; the path has only names.
    private static String cannotWrite(Object value, Throwable failure) {
        var path =
                failure instanceof JacksonException json && !json.getPath().isEmpty()
                        ? " at " + json.getPathReference()
                        : "";
        return "A "
                + value.getClass().getName()
                + " cannot be written as JSON"
                + path
                + ". Mark that field transient, or keep a record with what has to be kept.";
    }

    /** As a class that is known already. */
    <T> T read(JsonNode content, Class<T> type) {
        try {
            return mapper.treeToValue(content, type);
        } catch (JacksonException e) {
            throw new UnknownType(
                    type.getName(), e.getPath().isEmpty() ? "" : e.getPathReference());
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    Object read(String tag, JsonNode content) {
        var name = tag.substring(1);
        if (!allowed.test(name)) {
            throw new UnknownType(name);
        }
        try {
            var type = Class.forName(name, false, loader);
            if (type.isEnum()) {
                return Enum.valueOf((Class) type, content.asString());
            }
            return mapper.treeToValue(content, type);
        } catch (ClassNotFoundException | IllegalArgumentException | LinkageError e) {
            throw new UnknownType(name);
        } catch (JacksonException e) {
            throw new UnknownType(name, e.getPath().isEmpty() ? "" : e.getPathReference());
        }
    }
}
