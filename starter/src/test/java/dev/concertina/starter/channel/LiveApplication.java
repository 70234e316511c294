package dev.concertina.starter.channel;

import dev.concertina.starter.channel.ChannelAccess.Answer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Channels for everybody, but those that begin with {@code private} or {@code no}. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(LiveApplication.Pages.class)
class LiveApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .httpBasic(Customizer.withDefaults())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("ada").password("{noop}lovelace").roles("USER").build());
    }

    @Bean
    ChannelAccess access() {
        return new ChannelAccess() {
            @Override
            public Answer subscribe(Caller caller, String channel) {
                if (channel.startsWith("private")) {
                    return caller.user().isPresent() ? Answer.YES : Answer.NO;
                }
                return channel.startsWith("no") ? Answer.UNKNOWN : Answer.YES;
            }

            @Override
            public Answer publish(Caller caller, String channel) {
                return channel.startsWith("read") ? Answer.NO : subscribe(caller, channel);
            }
        };
    }

    @RestController
    static class Pages {
        private final Channels channels;

        Pages(Channels channels) {
            this.channels = channels;
        }

        @GetMapping("/own/{name}")
        void own(
                @PathVariable String name, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            channels.stream("no-" + name, request, response);
        }

        @GetMapping("/say/{name}")
        String say(@PathVariable String name) {
            return channels.publish(name, "said", Map.of("s", "page", "n", 1)).toString();
        }
    }
}
