package dev.concertina.starter.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.support.DefaultMessageSourceResolvable;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was wrong with a form, as it is flashed to the page that shows the form again: the errors
 * with what was entered, and the form itself. Property editors stay behind; they only serve
 * binding.
 */
final class BindingResultCodec implements TypeCodec {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Override
    public String type() {
        return "binding-result";
    }

    @Override
    public boolean immutable() {
        return false;
    }

    @Override
    public boolean handles(Object value) {
        return value instanceof BindingResult;
    }

    @Override
    public Object kind(Object value) {
        var target = ((BindingResult) value).getTarget();
        return target == null ? type() : List.of(type(), target.getClass());
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var result = (BindingResult) value;
        var node = NODES.objectNode();
        node.put("name", result.getObjectName());
        node.set("target", values.node(result.getTarget()));
        var errors = node.putArray("errors");
        result.getAllErrors().forEach(error -> errors.add(error(error, values)));
        return node;
    }

    private static ObjectNode error(ObjectError error, ValueCodec values) {
        var node = resolvable(error, values);
        node.put("object", error.getObjectName());
        if (error instanceof FieldError field) {
            node.put("field", field.getField());
            node.put("unbound", field.isBindingFailure());
            node.set("rejected", orText(field.getRejectedValue(), values));
        }
        return node;
    }

    private static ObjectNode resolvable(MessageSourceResolvable message, ValueCodec values) {
        var node = NODES.objectNode();
        node.set("codes", values.node(message.getCodes()));
        node.put("message", message.getDefaultMessage());
        var arguments = message.getArguments();
        if (arguments != null) {
            var nodes = node.putArray("arguments");
            for (var argument : arguments) {
                nodes.add(
                        argument instanceof MessageSourceResolvable inner
                                ? resolvable(inner, values)
                                : orText(argument, values));
            }
        }
        return node;
    }

    // Messages print their arguments, so the text of one that cannot be kept does.
    private static JsonNode orText(@Nullable Object value, ValueCodec values) {
        try {
            return values.node(value);
        } catch (Unencodable e) {
            return values.node(String.valueOf(value));
        }
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        var result =
                new BeanPropertyBindingResult(
                        values.value(node.get("target")), node.get("name").asString());
        for (var error : node.get("errors")) {
            result.addError(error(error, values));
        }
        return result;
    }

    private static ObjectError error(JsonNode node, ValueCodec values) {
        var object = node.get("object").asString();
        var codes = codes(node, values);
        var arguments = arguments(node, values);
        var message = text(node.get("message"));
        return node.get("field") == null
                ? new ObjectError(object, codes, arguments, message)
                : new FieldError(
                        object,
                        node.get("field").asString(),
                        values.value(node.get("rejected")),
                        node.get("unbound").asBoolean(),
                        codes,
                        arguments,
                        message);
    }

    private static String @Nullable [] codes(JsonNode node, ValueCodec values) {
        return (String[]) values.value(node.get("codes"));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isNull() ? null : node.asString();
    }

    private static Object @Nullable [] arguments(JsonNode node, ValueCodec values) {
        var nodes = node.get("arguments");
        if (nodes == null) {
            return null;
        }
        List<@Nullable Object> arguments = new ArrayList<>(nodes.size());
        for (var argument : nodes) {
            arguments.add(
                    argument.isObject()
                            ? new DefaultMessageSourceResolvable(
                                    codes(argument, values),
                                    arguments(argument, values),
                                    text(argument.get("message")))
                            : values.value(argument));
        }
        return arguments.toArray();
    }
}
