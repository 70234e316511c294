package peer;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Bucket4j on Lettuce, as its documentation shows it. */
@Configuration(proxyBeanMethods = false)
@Profile("bucket4j")
class Bucket4jLimit {
    @Bean(destroyMethod = "shutdown")
    RedisClient client(@Value("${redis.port}") int port) {
        return RedisClient.create("redis://127.0.0.1:" + port);
    }

    @Bean
    FilterRegistrationBean<Limit> limit(RedisClient client) {
        ProxyManager<String> buckets =
                Bucket4jLettuce.casBasedBuilder(
                                client.connect(
                                        RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)))
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy
                                        .basedOnTimeForRefillingBucketUpToMax(
                                                Duration.ofSeconds(10)))
                        .build();
        var configuration =
                BucketConfiguration.builder()
                        .addLimit(limit ->
                                limit.capacity(Limit.PER_SECOND)
                                        .refillGreedy(Limit.PER_SECOND, Duration.ofSeconds(1)))
                        .build();
        return Limit.of(user ->
                buckets.builder().build("limit:" + user, () -> configuration).tryConsume(1));
    }
}
