package dev.concertina.bench.requeststate;

import dev.concertina.starter.token.TokenUser;
import dev.concertina.starter.token.Tokens;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The handlers of the bench, with sessions kept by the starter as it comes, two limits, and access
 * tokens that are verified and looked up among the revoked ones.
 */
@SpringBootApplication
public class Ours {
    static final List<String> SETTINGS =
            List.of(
                    "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                    "--concertina.token.issuer=https://bench.test",
                    "--concertina.token.access=1h",
                    "--concertina.token.keys[0].value=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                    "--concertina.token.secrets=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                    "--concertina.limit.rules[0].name=address",
                    "--concertina.limit.rules[0].paths=/read,/write",
                    "--concertina.limit.rules[0].rate=100000/s",
                    "--concertina.limit.rules[1].name=user",
                    "--concertina.limit.rules[1].paths=/read,/write",
                    "--concertina.limit.rules[1].key=user",
                    "--concertina.limit.rules[1].rate=100000/s",
                    // The bench keeps both processors busy on purpose.
                    "--concertina.limit.strict.enabled=false",
                    "--concertina.redis.timeout=20s");

    public static void main(String[] arguments) {
        SpringApplication.run(Ours.class, arguments);
    }

    @RestController
    static class Handlers {
        private final Tokens tokens;

        Handlers(Tokens tokens) {
            this.tokens = tokens;
        }

        @GetMapping("/enter")
        String enter(@RequestParam String user, HttpSession session) {
            session.setAttribute("count", 1);
            return tokens.issue(new TokenUser(user, "USER")).access();
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
