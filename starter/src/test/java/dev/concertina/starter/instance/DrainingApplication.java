package dev.concertina.starter.instance;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** An application that has something to end: requests, a stream, jobs. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(DrainingApplication.Pages.class)
public class DrainingApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(DrainingApplication.class, arguments);
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll()).build();
    }

    @Bean
    DrainStep jobs() {
        return new Step("jobs", DrainStep.Phase.WORK, () -> "3 handed back");
    }

    @Bean
    DrainStep clumsy() {
        return new Step(
                "clumsy",
                DrainStep.Phase.STORES,
                () -> {
                    throw new IllegalStateException("cannot");
                });
    }

    interface Body {
        String run() throws Exception;
    }

    record Step(String name, Phase phase, Body body) implements DrainStep {
        @Override
        public String drain(Duration within) throws Exception {
            return body.run();
        }
    }

    /** Something that never lets go. */
    @Bean(destroyMethod = "close")
    @ConditionalOnProperty("test.hang")
    AutoCloseable hanging() {
        return () -> new CountDownLatch(1).await();
    }

    @RestController
    static class Pages {
        @GetMapping("/quick")
        String quick() {
            return "quick";
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(300);
            return "slow";
        }

        @GetMapping("/stream")
        SseEmitter stream() throws IOException {
            var emitter = new SseEmitter(0L);
            emitter.send("hello");
            return emitter;
        }
    }
}
