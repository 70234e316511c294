package dev.concertina.starter.observe;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.instance.RequestId;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application whose traces end in memory and whose database is a fake driver. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ObservedApplication.Pages.class)
class ObservedApplication {
    static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();
    static final Logger log = LoggerFactory.getLogger("observed");

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll()).build();
    }

    @Bean
    SimpleSpanProcessor spans() {
        return (SimpleSpanProcessor) SimpleSpanProcessor.create(SPANS);
    }

    @Bean
    HikariDataSource database() {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(FakeDriver.URL);
        pool.setDriverClassName(FakeDriver.class.getName());
        pool.setMaximumPoolSize(2);
        return pool;
    }

    @RestController
    static class Pages {
        private final HikariDataSource database;
        private final AsyncTaskExecutor executor;

        Pages(HikariDataSource database, AsyncTaskExecutor applicationTaskExecutor) {
            this.database = database;
            this.executor = applicationTaskExecutor;
        }

        @GetMapping("/all")
        String all(HttpSession session) throws SQLException {
            session.setAttribute("n", 1);
            try (var connection = database.getConnection();
                    var statement =
                            connection.prepareStatement("select name from t where id = ?")) {
                var unused = statement.execute();
            }
            log.info("all \"done\"");
            return MDC.get("traceId");
        }

        @GetMapping("/bad")
        String bad() throws SQLException {
            try (var connection = database.getConnection();
                    var statement = connection.createStatement()) {
                return String.valueOf(statement.executeUpdate("update t set secret = 'fail'"));
            }
        }

        @GetMapping("/id")
        String id() {
            return MDC.get(RequestId.MDC);
        }

        @GetMapping("/later")
        Callable<String> later() {
            return () -> MDC.get(RequestId.MDC);
        }

        @GetMapping("/aside")
        String aside() {
            return CompletableFuture.supplyAsync(
                            () -> String.valueOf(MDC.get(RequestId.MDC)), executor)
                    .join();
        }

        @GetMapping("/problem")
        ProblemDetail problem(HttpServletRequest request) {
            return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "taken");
        }
    }
}
