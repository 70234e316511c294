package peer;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Access tokens as Spring Security makes and verifies them, in front of the two handlers that use a
 * session. Nobody asks whether a token was revoked: that would be one more call.
 */
@Configuration(proxyBeanMethods = false)
class Tokens {
    private static final String ISSUER = "https://bench.test";
    private static final SecretKey KEY =
            new SecretKeySpec(
                    "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII),
                    "HmacSHA256");

    private final NimbusJwtEncoder encoder = NimbusJwtEncoder.withSecretKey(KEY).build();

    /** A token for an hour. */
    String issue(String user) {
        var now = Instant.now();
        var claims =
                JwtClaimsSet.builder()
                        .issuer(ISSUER)
                        .subject(user)
                        .issuedAt(now)
                        .expiresAt(now.plus(Duration.ofHours(1)))
                        .id(user + now.toEpochMilli())
                        .claim("role", "USER")
                        .build();
        var header = JwsHeader.with(MacAlgorithm.HS256).build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }

    @Bean
    FilterRegistrationBean<Verification> verification() {
        var decoder =
                NimbusJwtDecoder.withSecretKey(KEY).macAlgorithm(MacAlgorithm.HS256).build();
        decoder.setJwtValidator(JwtValidators.createDefaultWithIssuer(ISSUER));
        var registration = new FilterRegistrationBean<>(new Verification(decoder));
        registration.addUrlPatterns("/read", "/write");
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** Refuses a request without a valid token, and names its user. */
    static final class Verification extends OncePerRequestFilter {
        private static final String SCHEME = "Bearer ";

        private final JwtDecoder decoder;

        Verification(JwtDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        protected void doFilterInternal(
                HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            var field = request.getHeader("Authorization");
            if (field == null || !field.startsWith(SCHEME)) {
                response.sendError(401);
                return;
            }
            Jwt token;
            try {
                token = decoder.decode(field.substring(SCHEME.length()));
            } catch (JwtException e) {
                response.sendError(401);
                return;
            }
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public String getRemoteUser() {
                            return token.getSubject();
                        }
                    },
                    response);
        }
    }
}
