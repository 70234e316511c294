package peer;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Redisson's rate limiter, as its documentation shows it. */
@Configuration(proxyBeanMethods = false)
@Profile("redisson")
class RedissonLimit {
    @Bean(destroyMethod = "shutdown")
    RedissonClient client(@Value("${redis.port}") int port) {
        var config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
        return Redisson.create(config);
    }

    @Bean
    FilterRegistrationBean<Limit> limit(RedissonClient client) {
        Map<String, RRateLimiter> limiters = new ConcurrentHashMap<>();
        return Limit.of(user -> limiters.computeIfAbsent(user, name -> limiter(client, name)).tryAcquire());
    }

    private static RRateLimiter limiter(RedissonClient client, String user) {
        var limiter = client.getRateLimiter("limit:" + user);
        limiter.trySetRate(RateType.OVERALL, Limit.PER_SECOND, Duration.ofSeconds(1));
        return limiter;
    }
}
