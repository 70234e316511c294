package dev.concertina.starter.release;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.DefaultCsrfToken;
import org.springframework.web.servlet.FlashMap;

/** One value of everything that can be an attribute, and what it says. Only ever added to. */
final class Samples {
    enum Colour {
        RED,
        GREEN
    }

    record Line(String text, int count, Colour colour) {}

    record Order(String number, List<Line> lines, Map<String, Instant> times, BigDecimal total) {}

    /** As applications have written beans for decades. */
    static final class Draft {
        private String title = "";
        private Set<String> tags = new HashSet<>();

        void title(String title, String tag) {
            this.title = title;
            tags.add(tag);
        }

        @Override
        public String toString() {
            return "Draft[" + title + ", " + tags + "]";
        }
    }

    private Samples() {}

    static Map<String, Object> all() {
        var all = new TreeMap<String, Object>();
        all.put("text", "höre, 日本");
        all.put("empty", "");
        all.put("true", true);
        all.put("int", -7);
        all.put("long", 1L << 40);
        all.put("double", 0.1);
        all.put("decimal", new BigDecimal("12.50"));
        all.put("uuid", UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
        all.put("uri", URI.create("https://registry.test/a?b=c"));
        all.put("instant", Instant.parse("2026-11-21T04:05:06.789Z"));
        all.put("date", LocalDate.of(2026, 11, 21));
        all.put("duration", Duration.ofMinutes(90));
        all.put("zone", ZoneId.of("Europe/Berlin"));
        all.put("locale", Locale.forLanguageTag("de-CH"));
        all.put("bytes", "octets".getBytes(StandardCharsets.UTF_8));
        all.put("strings", new String[] {"a", "b"});
        all.put("list", new ArrayList<>(Arrays.asList("a", null, 1, 2L)));
        all.put("fixed list", List.of("a", "b"));
        all.put("set", new TreeSet<>(Set.of("b", "a")));
        all.put("map", new LinkedHashMap<>(Map.of("k", List.of(1, 2))));
        all.put("enum", Colour.GREEN);
        all.put(
                "record",
                new Order(
                        "7",
                        List.of(new Line("x", 2, Colour.RED)),
                        Map.of("paid", Instant.EPOCH),
                        new BigDecimal("3.5")));
        var draft = new Draft();
        draft.title("On engines", "new");
        all.put("bean", draft);
        all.put("login", login());
        all.put("csrf", new DefaultCsrfToken("X-CSRF-TOKEN", "_csrf", "a-token"));
        all.put("failure", new BadCredentialsException("Bad credentials"));
        all.put("flash", flash());
        return all;
    }

    private static SecurityContext login() {
        var user = User.withUsername("ada").password("").roles("USER", "ADMIN").build();
        return new SecurityContextImpl(
                UsernamePasswordAuthenticationToken.authenticated(
                        user, null, List.of(new SimpleGrantedAuthority("ROLE_USER"))));
    }

    private static FlashMap flash() {
        var flash = new FlashMap();
        flash.put("said", "once");
        flash.setTargetRequestPath("/said");
        flash.addTargetRequestParam("page", "2");
        return flash;
    }

    /** In words that no later release of anything changes. */
    static String said(Object value) {
        return switch (value) {
            case byte[] octets -> Arrays.toString(octets);
            case Object[] array -> Arrays.toString(array);
            case SecurityContext context -> said(context);
            case CsrfToken token ->
                    token.getHeaderName() + " " + token.getParameterName() + " " + token.getToken();
            case Exception failure ->
                    failure.getClass().getSimpleName() + " " + failure.getMessage();
            case FlashMap flash ->
                    new TreeMap<>(flash)
                            + " "
                            + flash.getTargetRequestPath()
                            + " "
                            + flash.getTargetRequestParams();
            default -> value.toString();
        };
    }

    private static String said(SecurityContext context) {
        var login = context.getAuthentication();
        return login == null
                ? "nobody"
                : login.getName()
                        + " "
                        + login.isAuthenticated()
                        + " "
                        + (login.getPrincipal() instanceof User ? "User" : "another")
                        + " "
                        + login.getAuthorities().stream()
                                .map(GrantedAuthority::getAuthority)
                                .collect(Collectors.joining(","));
    }
}
