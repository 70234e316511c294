package dev.concertina.starter.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Values as JSON. Text, booleans, ints and null stand for themselves; everything else is {@code
 * [tag, content]}, where the tag is a logical name: of a JDK value, of a {@link TypeCodec}, or
 * {@code @} and the class name of a record, enum or bean in the packages the application allows. No
 * other class is ever looked up from stored bytes.
 */
public final class ValueCodec {
    private static final String VALUE = "value";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final List<TypeCodec> codecs;
    private final JsonMapper mapper;
    private final Beans beans;
    private final Set<Object> proven = ConcurrentHashMap.newKeySet();

    /**
     * @param allowed which class names may be read from stored bytes
     */
    public ValueCodec(List<TypeCodec> codecs, Predicate<String> allowed, ClassLoader loader) {
        this(codecs, List.of(), allowed, loader);
    }

    /**
     * @param forms of values inside the application's own
     * @param allowed which class names may be read from stored bytes
     */
    public ValueCodec(
            List<TypeCodec> codecs,
            List<BeanForm> forms,
            Predicate<String> allowed,
            ClassLoader loader) {
        this.codecs = List.copyOf(codecs);
        this.mapper = Beans.mapper(forms);
        this.beans = new Beans(mapper, allowed, loader);
    }

    /**
     * @throws Unencodable if the value, or a value inside it, has no form outside this JVM
     */
    public Encoded encode(Object value) {
        try {
            for (var codec : codecs) {
                if (codec.handles(value)) {
                    var bytes = mapper.writeValueAsBytes(codec.encode(value, this));
                    return new Encoded(codec.type(), codec.schema(), bytes);
                }
            }
            return new Encoded(VALUE, 1, mapper.writeValueAsBytes(node(value)));
        } catch (JacksonException | StackOverflowError e) {
            throw new Unencodable(
                    "A " + value.getClass().getName() + " cannot be written as JSON.", e);
        }
    }

    /** Like {@link #encode}, and reads the first value of each kind back before it is trusted. */
    public Encoded encodeProven(Object value) {
        var encoded = encode(value);
        var kind = kind(value);
        if (kind.isEmpty() || !proven.contains(kind.get())) {
            prove(value, encoded);
            kind.ifPresent(proven::add);
        }
        return encoded;
    }

    private void prove(Object value, Encoded encoded) {
        var where = "";
        try {
            if (read(encoded).isPresent()) {
                return;
            }
        } catch (UnknownType e) {
            where = e.where().isEmpty() ? "" : ", because of " + e.where();
        } catch (JacksonException e) {
            where = ", because of its form";
        }
        throw unreadable(value, where);
    }

    private static Unencodable unreadable(Object value, String where) {
        return new Unencodable(
                "A "
                        + value.getClass().getName()
                        + " can be written as JSON but not read back"
                        + where
                        + ". A field whose type is an interface, or belongs to this JVM, is the"
                        + " usual reason: make it transient, or keep a record of simple values,"
                        + " records and collections of them.");
    }

    // What is in a container one time says nothing of the next.
    private Optional<Object> kind(Object value) {
        if (Containers.tag(value).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                codecs.stream()
                        .filter(codec -> codec.handles(value))
                        .findFirst()
                        .map(codec -> codec.kind(value))
                        .orElse(value.getClass()));
    }

    /** The value, or empty when its type or schema is not known to this release. */
    public Optional<Object> decode(Encoded encoded) {
        try {
            return read(encoded);
        } catch (UnknownType | JacksonException e) {
            return Optional.empty();
        }
    }

    private Optional<Object> read(Encoded encoded) {
        var tree = mapper.readTree(encoded.bytes());
        if (encoded.type().equals(VALUE)) {
            return encoded.schema() > 1 ? Optional.empty() : Optional.ofNullable(value(tree));
        }
        for (var codec : codecs) {
            if (codec.type().equals(encoded.type())) {
                return encoded.schema() > codec.schema()
                        ? Optional.empty()
                        : Optional.of(codec.decode(tree, this));
            }
        }
        return Optional.empty();
    }

    /**
     * One of the application's own values as JSON without its name, for whoever keeps a name of its
     * own beside it. The first of each class is read back before it is trusted.
     *
     * @throws Unencodable if the value, or a value inside it, has no form outside this JVM
     */
    public String encodeNameless(Object value) {
        beans.tag(value.getClass());
        var content = mapper.writeValueAsString(beans.write(value));
        var kind = List.of("nameless", value.getClass());
        if (!proven.contains(kind)) {
            try {
                decodeNameless(content, value.getClass());
            } catch (UnknownType e) {
                throw unreadable(value, e.where().isEmpty() ? "" : ", because of " + e.where());
            }
            proven.add(kind);
        }
        return content;
    }

    /**
     * The reverse of {@link #encodeNameless}, also into a class that was changed since: fields it
     * does not know are left out, fields it lacks are null or zero.
     *
     * @throws UnknownType if it cannot be read as that class
     */
    public <T> T decodeNameless(String content, Class<T> type) {
        try {
            return beans.read(mapper.readTree(content), type);
        } catch (JacksonException e) {
            throw new UnknownType(type.getName());
        }
    }

    /** Whether a decoded value can never differ from its bytes later. */
    public boolean immutable(Encoded encoded, Object decoded) {
        if (encoded.type().equals(VALUE)) {
            return decoded instanceof Enum<?>
                    || decoded instanceof String
                    || decoded instanceof Boolean
                    || decoded instanceof Integer
                    || Scalars.write(decoded).map(s -> Scalars.immutable(s.getKey())).orElse(false);
        }
        return codecs.stream()
                .anyMatch(codec -> codec.type().equals(encoded.type()) && codec.immutable());
    }

    /** Whether a value says who somebody is. */
    public boolean identifies(Encoded encoded) {
        return codec(encoded).filter(TypeCodec::identifies).isPresent();
    }

    /** Whether a value travels in the identity capsule. */
    public boolean carried(Encoded encoded) {
        return codec(encoded).filter(TypeCodec::carried).isPresent();
    }

    /** The name of the user a value proves. */
    public Optional<String> user(Encoded encoded) {
        return codec(encoded)
                .filter(TypeCodec::identifies)
                .flatMap(codec -> decode(encoded).flatMap(codec::user));
    }

    private Optional<TypeCodec> codec(Encoded encoded) {
        return codecs.stream().filter(codec -> codec.type().equals(encoded.type())).findFirst();
    }

    /** For codecs whose values hold other values. */
    public JsonNode node(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> NODES.stringNode(text);
            case Boolean bool -> NODES.booleanNode(bool);
            case Integer number -> NODES.numberNode(number);
            case Enum<?> constant ->
                    tagged(
                            beans.tag(constant.getDeclaringClass()),
                            NODES.stringNode(constant.name()));
            default -> compound(value);
        };
    }

    private JsonNode compound(Object value) {
        var scalar = Scalars.write(value);
        if (scalar.isPresent()) {
            return tagged(scalar.get().getKey(), NODES.stringNode(scalar.get().getValue()));
        }
        for (var codec : codecs) {
            if (codec.handles(value)) {
                return tagged("#" + codec.type(), codec.encode(value, this));
            }
        }
        var container = Containers.tag(value);
        if (container.isPresent()) {
            return tagged(container.get(), items(value));
        }
        return tagged(beans.tag(value.getClass()), beans.write(value));
    }

    private JsonNode items(Object container) {
        var items = NODES.arrayNode();
        switch (container) {
            case Map<?, ?> map -> map.forEach((key, item) -> items.add(node(key)).add(node(item)));
            case Collection<?> collection -> collection.forEach(item -> items.add(node(item)));
            case Object[] array -> {
                for (var item : array) {
                    items.add(node(item));
                }
            }
            default -> throw new IllegalStateException("not a container: " + container.getClass());
        }
        return items;
    }

    private static ArrayNode tagged(String tag, JsonNode content) {
        return NODES.arrayNode().add(tag).add(content);
    }

    /** The reverse of {@link #node}. */
    public @Nullable Object value(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isInt()) {
            return node.intValue();
        }
        if (!node.isArray() || node.size() != 2) {
            throw new UnknownType(node.getNodeType().name());
        }
        return untagged(node.get(0).asString(), node.get(1));
    }

    private Object untagged(String tag, JsonNode content) {
        if (tag.startsWith("@")) {
            return beans.read(tag, content);
        }
        if (tag.startsWith("#")) {
            return codecs.stream()
                    .filter(codec -> codec.type().equals(tag.substring(1)))
                    .findFirst()
                    .orElseThrow(() -> new UnknownType(tag))
                    .decode(content, this);
        }
        if (Containers.isMap(tag)) {
            var entries = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            for (int i = 0; i + 1 < content.size(); i += 2) {
                entries.put(value(content.get(i)), value(content.get(i + 1)));
            }
            return Containers.map(tag, entries);
        }
        if (Containers.isCollection(tag)) {
            List<@Nullable Object> items = new ArrayList<>(content.size());
            content.forEach(item -> items.add(value(item)));
            return Containers.collection(tag, items);
        }
        return Scalars.read(tag, content.asString()).orElseThrow(() -> new UnknownType(tag));
    }
}
