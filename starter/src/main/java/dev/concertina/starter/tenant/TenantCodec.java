package dev.concertina.starter.tenant;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Tenant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whose a session is, in the session. */
final class TenantCodec implements TypeCodec {
    @Override
    public String type() {
        return "tenant";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    // Without the store, too, a session is good at its own tenant only.
    @Override
    public boolean carried() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value instanceof Tenant;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        return JsonNodeFactory.instance.stringNode(((Tenant) value).id());
    }

    @Override
    public Object decode(JsonNode node, ValueCodec values) {
        return new Tenant(node.asString());
    }
}
