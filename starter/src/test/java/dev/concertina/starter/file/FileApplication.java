package dev.concertina.starter.file;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.request.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application that takes files and gives them back. Everything but links needs a login. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(FileApplication.Pages.class)
public class FileApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(FileApplication.class, arguments);
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/open/**", "/error")
                                .permitAll()
                                .anyRequest()
                                .denyAll())
                .csrf(csrf -> csrf.disable())
                .build();
    }

    /** As Boot makes it. */
    @Bean
    @ConditionalOnProperty("spring.datasource.url")
    HikariDataSource dataSource(
            @Value("${spring.datasource.url}") String url, Environment environment) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        Binder.get(environment).bind("spring.datasource.hikari", Bindable.ofInstance(pool));
        return pool;
    }

    @RestController
    static class Pages {
        private final Files files;

        Pages(Files files) {
            this.files = files;
        }

        private static String told(StoredFile file) {
            return file.id() + " " + file.size() + " " + file.sha256() + " " + file.type();
        }

        @PutMapping("/open/put/{name}")
        String put(@PathVariable String name, HttpServletRequest request) throws IOException {
            return told(files.put(request, name));
        }

        @PutMapping("/open/picture/{name}")
        String picture(@PathVariable String name, HttpServletRequest request) throws IOException {
            var upload = Upload.of(request, name).only("image/*").atMost(DataSize.ofKilobytes(10));
            return told(files.put(request.getInputStream(), upload));
        }

        /** What no application should do. */
        @PutMapping("/open/hoard/{name}")
        String hoard(@PathVariable String name, HttpServletRequest request) throws IOException {
            var all = new ByteArrayInputStream(request.getInputStream().readAllBytes());
            return told(files.put(all, Upload.named(name)));
        }

        @PostMapping("/open/form")
        String form(@RequestParam(defaultValue = "none") String page, HttpServletRequest request)
                throws IOException {
            var said = new ArrayList<>(List.of("page " + page));
            var form = FileForm.of(request);
            for (var field = form.next(); field.isPresent(); field = form.next()) {
                var name = field.get().name();
                said.add(
                        field.get().fileName().isPresent()
                                ? name
                                        + " "
                                        + told(
                                                files.put(
                                                        field.get().content(),
                                                        field.get().upload()))
                                : name + " " + field.get().text());
            }
            return String.join("\n", said);
        }

        @GetMapping("/open/find/{id}")
        String find(@PathVariable String id) {
            return files.find(id).map(Pages::told).orElse("none");
        }

        @GetMapping("/open/hash/{id}")
        String hash(@PathVariable String id) throws IOException {
            var hash = new Sha256();
            long size = 0;
            var block = new byte[64 * 1024];
            try (InputStream in = files.open(id).orElseThrow()) {
                for (int read = in.read(block); read >= 0; read = in.read(block)) {
                    hash.add(block, 0, read);
                    size += read;
                }
            }
            return size + " " + hash.hex();
        }

        @GetMapping("/open/serve/{id}")
        void serve(
                @PathVariable String id, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            if (!files.serve(id, true, request, response)) {
                response.sendError(404);
            }
        }

        @GetMapping("/open/link/{id}")
        String link(@PathVariable String id, @RequestParam(defaultValue = "300") long seconds) {
            return files.link(id, Link.of(Duration.ofSeconds(seconds)))
                    .map(Object::toString)
                    .orElse("none");
        }

        @GetMapping("/open/of/{tenant}/{id}")
        String of(@PathVariable String tenant, @PathVariable String id) {
            return files.in(new Tenant(tenant)).find(id).map(Pages::told).orElse("none");
        }

        @DeleteMapping("/open/{id}")
        String delete(@PathVariable String id) {
            return Boolean.toString(files.delete(id));
        }
    }
}
