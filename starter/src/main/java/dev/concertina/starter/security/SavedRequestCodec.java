package dev.concertina.starter.security;

import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.codec.ValueCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.savedrequest.DefaultSavedRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The request to return to after login. Cookies and credentials in its fields are left out. */
final class SavedRequestCodec implements TypeCodec {
    private static final Set<String> SECRET = Set.of("cookie", "authorization");

    @Override
    public String type() {
        return "saved-request";
    }

    @Override
    public boolean immutable() {
        return true;
    }

    @Override
    public boolean handles(Object value) {
        return value.getClass() == DefaultSavedRequest.class;
    }

    @Override
    public JsonNode encode(Object value, ValueCodec values) {
        var saved = (DefaultSavedRequest) value;
        var node = JsonNodeFactory.instance.objectNode();
        node.put("method", saved.getMethod());
        node.put("scheme", saved.getScheme());
        node.put("server", saved.getServerName());
        node.put("port", saved.getServerPort());
        node.put("context", saved.getContextPath());
        node.put("servlet", saved.getServletPath());
        node.put("path", saved.getPathInfo());
        node.put("query", saved.getQueryString());
        node.put("uri", saved.getRequestURI());
        node.put("url", saved.getRequestURL());
        node.put("match", saved.getRedirectUrl().matches(".*[?&]continue(&.*)?"));
        node.set("locales", values.node(new ArrayList<>(saved.getLocales())));
        node.set("headers", values.node(headers(saved)));
        node.set("parameters", values.node(new TreeMap<>(saved.getParameterMap())));
        return node;
    }

    private static Map<String, List<String>> headers(DefaultSavedRequest saved) {
        var headers = new TreeMap<String, List<String>>();
        for (var name : saved.getHeaderNames()) {
            if (!SECRET.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, new ArrayList<>(saved.getHeaderValues(name)));
            }
        }
        return headers;
    }

    @Override
    // The builder takes null for what a request lacks, though its signatures do not say so.
    @SuppressWarnings({"unchecked", "NullAway"})
    public Object decode(JsonNode node, ValueCodec values) {
        var object = (ObjectNode) node;
        var builder = new DefaultSavedRequest.Builder();
        builder.setMethod(text(object, "method"));
        builder.setScheme(text(object, "scheme"));
        builder.setServerName(text(object, "server"));
        builder.setServerPort(object.get("port").asInt());
        builder.setContextPath(text(object, "context"));
        builder.setServletPath(text(object, "servlet"));
        builder.setPathInfo(text(object, "path"));
        builder.setQueryString(text(object, "query"));
        builder.setRequestURI(text(object, "uri"));
        builder.setRequestURL(text(object, "url"));
        if (object.get("match").asBoolean()) {
            builder.setMatchingRequestParameterName("continue");
        }
        builder.setCookies(new ArrayList<>());
        builder.setLocales((List<Locale>) values.value(object.get("locales")));
        builder.setHeaders((Map<String, List<String>>) values.value(object.get("headers")));
        builder.setParameters((Map<String, String[]>) values.value(object.get("parameters")));
        return builder.build();
    }

    private static @Nullable String text(ObjectNode node, String name) {
        var value = node.get(name);
        return value == null || value.isNull() ? null : value.asString();
    }
}
