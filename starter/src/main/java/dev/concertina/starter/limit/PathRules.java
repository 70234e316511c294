package dev.concertina.starter.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Limits from the settings, by path and method. */
final class PathRules implements LimitSource {
    private record Rule(List<PathPattern> paths, List<String> methods, Limit limit) {
        boolean holdsFor(PathContainer path, String method) {
            return (methods.isEmpty() || methods.contains(method))
                    && paths.stream().anyMatch(pattern -> pattern.matches(path));
        }
    }

    private final List<Rule> rules = new ArrayList<>();

    PathRules(List<LimitSettings.Rule> settings) {
        for (int i = 0; i < settings.size(); i++) {
            rules.add(rule(settings.get(i), "concertina.limit.rules[" + i + "]"));
        }
    }

    private static Rule rule(LimitSettings.Rule rule, String place) {
        if (rule.paths().isEmpty()) {
            throw new IllegalArgumentException(
                    place + ".paths is empty, so the limit holds nowhere. Write /** for all.");
        }
        try {
            var paths =
                    rule.paths().stream().map(PathPatternParser.defaultInstance::parse).toList();
            var limit =
                    Limit.of(
                            rule.name(),
                            rule.rate(),
                            rule.burst(),
                            rule.cost(),
                            rule.key(),
                            rule.whenAway());
            return new Rule(paths, rule.methods(), limit);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<Limit> of(HttpServletRequest request) {
        if (rules.isEmpty()) {
            return List.of();
        }
        var path =
                RequestPath.parse(request.getRequestURI(), request.getContextPath())
                        .pathWithinApplication();
        return rules.stream()
                .filter(rule -> rule.holdsFor(path, request.getMethod()))
                .map(Rule::limit)
                .toList();
    }

    @Override
    public List<Limit> all() {
        return rules.stream().map(Rule::limit).toList();
    }
}
