package dev.concertina.starter.security;

import dev.concertina.starter.codec.BeanForm;
import java.util.Arrays;
import java.util.Collection;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.module.SimpleModule;

/**
 * Authorities in a user class of the application's own: as in a login. Enums that are authorities
 * go by the name of the authority, so that they can be read where only the interface is asked for.
 */
final class AuthorityForm {
    private AuthorityForm() {}

    static BeanForm form() {
        var module = new SimpleModule("concertina-authorities");
        module.addSerializer(SimpleGrantedAuthority.class, new Writer<>());
        module.addSerializer(FactorGrantedAuthority.class, new Writer<>());
        module.addDeserializer(GrantedAuthority.class, new Reader<>(GrantedAuthority.class));
        module.addDeserializer(
                SimpleGrantedAuthority.class, new Reader<>(SimpleGrantedAuthority.class));
        module.addDeserializer(
                FactorGrantedAuthority.class, new Reader<>(FactorGrantedAuthority.class));
        module.setSerializerModifier(new EnumWriters());
        module.setDeserializerModifier(new EnumReaders());
        return new BeanForm(module);
    }

    private static final class Writer<T extends GrantedAuthority> extends ValueSerializer<T> {
        @Override
        public void serialize(T authority, JsonGenerator out, SerializationContext context) {
            out.writeTree(Authorities.encode(authority));
        }
    }

    private static final class Reader<T extends GrantedAuthority> extends ValueDeserializer<T> {
        private final Class<T> type;

        Reader(Class<T> type) {
            this.type = type;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) {
            var node = context.<JsonNode>readTree(in);
            if (!node.isString() && node.get("factor") == null) {
                return type.cast(
                        context.reportInputMismatch(
                                type, "an authority of the application's own class"));
            }
            return type.cast(Authorities.decodeOne(node, ""));
        }
    }

    private static final class EnumWriters
            extends tools.jackson.databind.ser.ValueSerializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public ValueSerializer<?> modifyEnumSerializer(
                tools.jackson.databind.SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier bean,
                ValueSerializer<?> serializer) {
            return type.isTypeOrSubTypeOf(GrantedAuthority.class) ? new Writer<>() : serializer;
        }
    }

    private static final class EnumReaders extends ValueDeserializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public ValueDeserializer<?> modifyEnumDeserializer(
                DeserializationConfig config,
                JavaType type,
                BeanDescription.Supplier bean,
                ValueDeserializer<?> deserializer) {
            return type.isTypeOrSubTypeOf(GrantedAuthority.class)
                    ? new EnumReader(type.getRawClass())
                    : deserializer;
        }
    }

    private static final class EnumReader extends ValueDeserializer<Object> {
        private final Collection<Object> constants;

        EnumReader(Class<?> type) {
            this.constants = Arrays.asList((Object[]) type.getEnumConstants());
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) {
            var name = in.getString();
            return constants.stream()
                    .filter(c -> String.valueOf(((GrantedAuthority) c).getAuthority()).equals(name))
                    .findFirst()
                    .orElseGet(() ->
                            context.reportInputMismatch(Object.class, "no authority '%s'", name));
        }
    }
}
