package peer;

import jakarta.servlet.http.HttpSession;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisIndexedHttpSession;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The handlers of the bench, with sessions kept by Spring Session as it comes. Profiles choose:
 * {@code plain} or {@code indexed}, and {@code none}, {@code bucket4j} or {@code redisson}.
 */
@SpringBootApplication
public class Peer {
    public static void main(String[] arguments) {
        SpringApplication.run(Peer.class, arguments);
    }

    @Bean
    LettuceConnectionFactory connections(@Value("${redis.port}") int port) {
        return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port));
    }

    @Configuration(proxyBeanMethods = false)
    @Profile("plain")
    @EnableRedisHttpSession
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    @Profile("indexed")
    @EnableRedisIndexedHttpSession
    static class Indexed {}

    @RestController
    static class Handlers {
        private final Tokens tokens;

        Handlers(Tokens tokens) {
            this.tokens = tokens;
        }

        @GetMapping("/enter")
        String enter(@RequestParam String user, HttpSession session) {
            session.setAttribute("count", 1);
            return tokens.issue(user);
        }

        @GetMapping("/plain")
        String plain() {
            return "plain";
        }

        @GetMapping("/read")
        String read(HttpSession session) {
            return String.valueOf(session.getAttribute("count"));
        }

        @GetMapping("/write")
        String write(HttpSession session) {
            var count = (Integer) session.getAttribute("count");
            session.setAttribute("count", count == null ? 1 : count + 1);
            return "kept";
        }
    }
}
