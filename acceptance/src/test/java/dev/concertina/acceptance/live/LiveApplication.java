package dev.concertina.acceptance.live;

import dev.concertina.starter.channel.ChannelAccess;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Channels for everybody; each instance is a process of this. */
@Configuration(proxyBeanMethods = false)
// The modules on the class path bring a database driver and logins that nobody here needs.
@EnableAutoConfiguration(
        excludeName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            LiveApplication.SECURITY + "web.servlet.ServletWebSecurityAutoConfiguration",
            LiveApplication.SECURITY + "web.servlet.SecurityFilterAutoConfiguration",
            LiveApplication.SECURITY + "actuate.web.servlet.ManagementWebSecurityAutoConfiguration"
        })
public class LiveApplication {
    static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

    public static void main(String[] arguments) {
        SpringApplication.run(LiveApplication.class, arguments);
    }

    @Bean
    ChannelAccess access() {
        return new ChannelAccess() {
            @Override
            public Answer subscribe(Caller caller, String channel) {
                return Answer.YES;
            }

            @Override
            public Answer publish(Caller caller, String channel) {
                return Answer.YES;
            }
        };
    }
}
