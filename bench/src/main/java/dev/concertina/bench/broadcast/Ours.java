package dev.concertina.bench.broadcast;

import dev.concertina.starter.channel.ChannelAccess;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Channels as the starter has them, for everybody. */
@Configuration(proxyBeanMethods = false)
// The other benches bring a database driver that nobody here needs.
@EnableAutoConfiguration(
        excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public class Ours {
    public static void main(String[] arguments) {
        SpringApplication.run(Ours.class, arguments);
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
