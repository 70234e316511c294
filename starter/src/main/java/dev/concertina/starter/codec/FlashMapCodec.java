package dev.concertina.starter.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.FlashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Spring MVC's flash attributes, on their way from one request to the next. */
final class FlashMapCodec implements TypeCodec {
    @Override
    public String type() {
        return "flash";
    }

    @Override
    public boolean immutable() {
        return false;
    }

    @Override
    public boolean handles(Object value) {
        return value instanceof FlashMap;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var flash = (FlashMap) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("path", flash.getTargetRequestPath());
        node.put("expires", flash.getExpirationTime());
        node.set("parameters", values.node(asMap(flash.getTargetRequestParams())));
        node.set("attributes", values.node(named(flash, values)));
        return node;
    }

    /** The attributes, after each was looked at by itself, so that a refusal says which. */
    private static Map<String, Object> named(FlashMap flash, ValueCodec values) {
        flash.forEach((name, value) -> {
            try {
                var unused = values.node(value);
            } catch (Unencodable e) {
                throw new Unencodable("flash attribute '" + name + "': " + e.getMessage(), e);
            }
        });
        return new LinkedHashMap<>(flash);
    }

    private static Map<String, List<String>> asMap(MultiValueMap<String, String> parameters) {
        return new TreeMap<>(parameters);
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        var flash = new FlashMap();
        if (values.value(node.get("attributes")) instanceof Map<?, ?> attributes) {
            attributes.forEach((key, value) -> flash.put((String) key, value));
        }
        if (!node.get("path").isNull()) {
            flash.setTargetRequestPath(node.get("path").asString());
        }
        if (values.value(node.get("parameters")) instanceof Map<?, ?> parameters) {
            parameters.forEach((name, texts) -> {
                for (var text : (List<?>) texts) {
                    flash.addTargetRequestParam((String) name, (String) text);
                }
            });
        }
        flash.setExpirationTime(node.get("expires").asLong());
        return flash;
    }
}
