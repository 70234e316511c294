package dev.concertina.starter.limit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.server.RequestPath;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Limits from {@link RateLimited}. The request is mapped to its handler before the filters that
 * come later, so that the limit is known when Redis is asked; only requests whose path may lead to
 * a limited handler pay for that.
 */
final class AnnotatedHandlers implements LimitSource {
    private record Place(Class<?> type, Method method) {
        static Place of(HandlerMethod handler) {
            return new Place(handler.getBeanType(), handler.getMethod());
        }
    }

    private final RequestMappingHandlerMapping mapping;
    private final Map<Place, List<Limit>> limits = new HashMap<>();
    private final List<PathPattern> paths = new ArrayList<>();
    private boolean anyPath;

    AnnotatedHandlers(RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
        mapping.getHandlerMethods()
                .forEach((info, handler) -> {
                    var found = limits(handler);
                    if (found.isEmpty()) {
                        return;
                    }
                    limits.put(Place.of(handler), found);
                    var patterns = info.getPathPatternsCondition();
                    if (patterns == null) {
                        anyPath = true;
                    } else {
                        paths.addAll(patterns.getPatterns());
                    }
                });
    }

    // What stands at the method holds instead of what stands at the class.
    private static List<Limit> limits(HandlerMethod handler) {
        var method = handler.getMethod();
        var own = AnnotatedElementUtils.findMergedRepeatableAnnotations(method, RateLimited.class);
        var type = handler.getBeanType();
        return own.isEmpty()
                ? limits(
                        AnnotatedElementUtils.findMergedRepeatableAnnotations(
                                type, RateLimited.class),
                        type.getSimpleName())
                : limits(own, type.getSimpleName() + "." + method.getName());
    }

    private static List<Limit> limits(Collection<RateLimited> annotations, String place) {
        var limits = new ArrayList<Limit>();
        for (var a : annotations) {
            var nth = annotations.size() == 1 ? "" : "." + (limits.size() + 1);
            var name = a.name().isEmpty() ? place + nth : a.name();
            try {
                var rate = Rate.of(a.rate());
                limits.add(Limit.of(name, rate, a.burst(), a.cost(), a.key(), a.whenAway()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "@RateLimited at " + place + ": " + e.getMessage(), e);
            }
        }
        return limits;
    }

    @Override
    public List<Limit> of(HttpServletRequest request) {
        if (limits.isEmpty() || !mayBeLimited(request)) {
            return List.of();
        }
        var asked = new Asked(request);
        ServletRequestPathUtils.parseAndCache(asked);
        try {
            var chain = mapping.getHandler(asked);
            return chain != null && chain.getHandler() instanceof HandlerMethod handler
                    ? limits.getOrDefault(Place.of(handler), List.of())
                    : List.of();
        } catch (Exception e) {
            // No handler takes this method or media type; the dispatcher will say so.
            return List.of();
        }
    }

    private boolean mayBeLimited(HttpServletRequest request) {
        var path =
                RequestPath.parse(request.getRequestURI(), request.getContextPath())
                        .pathWithinApplication();
        return anyPath || paths.stream().anyMatch(pattern -> pattern.matches(path));
    }

    @Override
    public List<Limit> all() {
        return limits.values().stream().flatMap(List::stream).toList();
    }

    /** Keeps what the mapping notes on the request from the dispatcher, which maps it again. */
    private static final class Asked extends HttpServletRequestWrapper {
        private final Map<String, Object> attributes = new HashMap<>();

        Asked(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            var own = attributes.get(name);
            return own == null ? super.getAttribute(name) : own;
        }

        @Override
        public void setAttribute(String name, @Nullable Object value) {
            if (value == null) {
                attributes.remove(name);
            } else {
                attributes.put(name, value);
            }
        }

        @Override
        public void removeAttribute(String name) {
            attributes.remove(name);
        }
    }
}
