package peer;

import jakarta.servlet.http.HttpSession;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The handlers of the bench, with sessions kept by Spring Session as it comes. */
@SpringBootApplication
@EnableRedisHttpSession
public class Peer {
    public static void main(String[] arguments) {
        SpringApplication.run(Peer.class, arguments);
    }

    @Bean
    LettuceConnectionFactory connections(@Value("${redis.port}") int port) {
        return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port));
    }

    @RestController
    static class Handlers {
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
