package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.testing.Visitor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** An application that counts in its database and reads what it counted. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableTransactionManagement
@Import({DatabaseApplication.Counts.class, DatabaseApplication.Pages.class})
class DatabaseApplication {
    /** As Boot makes it. */
    @Bean
    @ConfigurationProperties("spring.datasource.hikari")
    HikariDataSource dataSource(@Value("${spring.datasource.url}") String url) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        return pool;
    }

    @Bean
    PlatformTransactionManager transactions(DataSource source) {
        return new DataSourceTransactionManager(source);
    }

    @Bean
    JdbcClient client(DataSource source) {
        return JdbcClient.create(source);
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .formLogin(form ->
                        form.successHandler((request, response, user) -> response.setStatus(200)))
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return name -> User.withUsername(name).password(Visitor.PASSWORD).roles("USER").build();
    }

    /** Nobody waits for a slow hash here. */
    @Bean
    PasswordEncoder passwords() {
        return new PasswordEncoder() {
            @Override
            public String encode(@Nullable CharSequence password) {
                return String.valueOf(password);
            }

            @Override
            public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
                return encode(password).equals(encoded);
            }
        };
    }

    /** What was read, and where: {@code 7 replica}. */
    @Service
    static class Counts {
        private final JdbcClient client;

        Counts(JdbcClient client) {
            this.client = client;
        }

        @Transactional
        public String add(String name) {
            return client.sql(
                            "insert into counts values (?, 1) on conflict (name) do update"
                                    + " set count = counts.count + 1 returning count")
                    .param(name)
                    .query(Long.class)
                    .single()
                    .toString();
        }

        @Transactional(readOnly = true)
        public String read(String name) {
            return client.sql(
                            "select coalesce((select count from counts where name = ?), 0)"
                                    + " || case when pg_is_in_recovery()"
                                    + " then ' replica' else ' primary' end")
                    .param(name)
                    .query(String.class)
                    .single();
        }
    }

    @RestController
    static class Pages {
        private final Counts counts;
        private final Executor executor;

        Pages(Counts counts, Executor applicationTaskExecutor) {
            this.counts = counts;
            this.executor = applicationTaskExecutor;
        }

        @GetMapping("/add/{name}")
        String add(@PathVariable String name) {
            return counts.add(name);
        }

        @GetMapping("/read/{name}")
        String read(@PathVariable String name) {
            return counts.read(name);
        }

        /** Written on another thread than the request's. */
        @GetMapping("/async/{name}")
        CompletableFuture<String> async(@PathVariable String name) {
            return CompletableFuture.supplyAsync(() -> counts.add(name), executor);
        }

        @GetMapping("/both/{name}")
        String both(@PathVariable String name) {
            return counts.add(name) + " " + counts.read(name);
        }

        @GetMapping("/nothing")
        String nothing() {
            return "nothing";
        }
    }
}
