package dev.concertina.starter.cache;

import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Knows nothing of Concertina; what is behind its caches is shared by all instances in this JVM.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableCaching
class CacheApplication {
    static final ConcurrentHashMap<String, String> DATABASE = new ConcurrentHashMap<>();
    static final AtomicInteger LOADS = new AtomicInteger();

    /** Requests whose filters are done, which may be after their answers were read. */
    static final AtomicInteger ENDED = new AtomicInteger();

    @Bean
    SecurityFilterChain open(HttpSecurity http) {
        return http.csrf(csrf -> csrf.disable())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    ServletRequestListener ends() {
        return new ServletRequestListener() {
            @Override
            public void requestDestroyed(ServletRequestEvent event) {
                ENDED.incrementAndGet();
            }
        };
    }

    @Bean
    Certificates certificates() {
        return new Certificates();
    }

    /** A value of the application's own. */
    record Certificate(String id, String holder) {}

    static class Certificates {
        @Cacheable(cacheNames = "certificates", sync = true)
        public Optional<Certificate> find(String id) {
            LOADS.incrementAndGet();
            return Optional.ofNullable(DATABASE.get(id)).map(holder -> new Certificate(id, holder));
        }

        @CacheEvict(cacheNames = "certificates", key = "#id")
        public void rename(String id, String holder) {
            DATABASE.put(id, holder);
        }

        @CachePut(cacheNames = "certificates", key = "#id")
        public Optional<Certificate> replace(String id, String holder) {
            DATABASE.put(id, holder);
            return Optional.of(new Certificate(id, holder));
        }

        @CacheEvict(cacheNames = "certificates", allEntries = true)
        public void forgetAll() {}
    }

    @RestController
    static class Pages {
        private final Certificates certificates;

        Pages(Certificates certificates) {
            this.certificates = certificates;
        }

        @GetMapping("/{id}")
        String show(@PathVariable String id) {
            return certificates.find(id).map(Certificate::holder).orElse("nobody");
        }

        @PostMapping("/{id}/rename")
        void rename(@PathVariable String id, @RequestParam String holder) {
            certificates.rename(id, holder);
        }

        @PostMapping("/{id}/replace")
        void replace(@PathVariable String id, @RequestParam String holder) {
            certificates.replace(id, holder);
        }

        @PostMapping("/forget")
        void forget() {
            certificates.forgetAll();
        }
    }
}
