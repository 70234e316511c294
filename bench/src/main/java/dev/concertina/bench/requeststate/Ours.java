package dev.concertina.bench.requeststate;

import jakarta.servlet.http.HttpSession;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The handlers of the bench, with sessions kept by the starter as it comes. */
@SpringBootApplication
public class Ours {
    public static void main(String[] arguments) {
        SpringApplication.run(Ours.class, arguments);
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
