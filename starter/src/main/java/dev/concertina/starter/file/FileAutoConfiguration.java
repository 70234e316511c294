package dev.concertina.starter.file;

import dev.concertina.contract.Env;
import dev.concertina.starter.file.FileSettings.Store;
import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.instance.Check;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.request.Tenancy;
import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Signet;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Keeps files where {@code concertina.file.store} says. */
@AutoConfiguration(
        after = RequestAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty("concertina.file.store")
@EnableConfigurationProperties(FileSettings.class)
public final class FileAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(FileAutoConfiguration.class);

    @Bean
    FileStatistics concertinaFileStatistics() {
        return new FileStatistics();
    }

    // Flyway takes a database with tables in it for one that is not its own.
    @Bean(destroyMethod = "close")
    @DependsOnDatabaseInitialization
    FileStore concertinaFileStore(
            FileSettings settings, ObjectProvider<DataSource> source, Environment environment) {
        return switch (settings.store().orElse(Store.LOCAL)) {
            case S3 -> s3(settings);
            case POSTGRES -> postgres(settings, source);
            case LOCAL -> {
                alone(
                        environment,
                        "concertina.file.store is local: right only if every instance"
                                + " sees the same folder concertina.file.local.directory.");
                yield new LocalFileStore(Path.of(settings.local().directory()).toAbsolutePath());
            }
            case MEMORY -> {
                alone(
                        environment,
                        "Files are kept in this instance only, but the fleet may run"
                                + " several. Set concertina.file.store.");
                yield new MemoryFileStore(Clock.systemUTC());
            }
        };
    }

    private static void alone(Environment environment, String warning) {
        if (environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1) > 1) {
            log.warn(warning);
        }
    }

    private static FileStore s3(FileSettings settings) {
        if (!ClassUtils.isPresent(
                "software.amazon.awssdk.services.s3.S3Client",
                FileAutoConfiguration.class.getClassLoader())) {
            throw new BadSetting(
                    "concertina.file.store is s3, but the AWS SDK is not on the class path.",
                    "Add the dependency software.amazon.awssdk:s3.");
        }
        return new S3Connection(settings.s3()).open();
    }

    private static FileStore postgres(FileSettings settings, ObjectProvider<DataSource> source) {
        var found = source.getIfUnique();
        if (found == null) {
            throw new BadSetting(
                    "concertina.file.store is postgres, but there is no DataSource.",
                    "Set DATABASE_URL or spring.datasource.url, and add spring-boot-starter-jdbc"
                            + " and the driver org.postgresql:postgresql.");
        }
        var store = new PostgresFileStore(found, new FileSchema(settings.schema()));
        try {
            store.check();
        } catch (Outage e) {
            log.warn("{}; files wait until it does.", e.getMessage());
        }
        return store;
    }

    @Bean
    FileLinks concertinaFileLinks(FileSettings settings, Environment environment) {
        var context = environment.getProperty("server.servlet.context-path", "");
        return new FileLinks(
                signet(settings, environment),
                settings.base().replaceFirst("/$", ""),
                (context.equals("/") ? "" : context) + settings.path(),
                settings.linkMax(),
                Clock.systemUTC());
    }

    private static Optional<Signet> signet(FileSettings settings, Environment environment) {
        if (settings.store().equals(Optional.of(Store.S3))) {
            return Optional.empty();
        }
        var shared =
                Binder.get(environment)
                        .bind("concertina.session.keys", Bindable.listOf(String.class))
                        .orElse(List.of());
        var keys = settings.keys().isEmpty() ? shared : settings.keys();
        if (keys.isEmpty()) {
            throw new BadSetting(
                    "concertina.file.keys is not set, and neither is concertina.session.keys.",
                    "Set one of them, the same on every instance: openssl rand -base64 32.");
        }
        try {
            return Optional.of(new Signet(new KeyRing(keys), "dev.concertina.file.link"));
        } catch (IllegalArgumentException e) {
            throw new BadSetting(
                    "concertina.file.keys cannot be used: " + e.getMessage() + ".",
                    "Make one with: openssl rand -base64 32.");
        }
    }

    @Bean
    Files concertinaFiles(
            FileStore store,
            FileLinks links,
            FileStatistics statistics,
            FileSettings settings,
            ObjectProvider<Tenancy> tenancy) {
        return new Files(
                store,
                new FileLimits(settings.sizeMax(), settings.types()),
                links,
                statistics,
                Clock.systemUTC(),
                Optional.ofNullable(tenancy.getIfAvailable())
                        .<Supplier<String>>map(tenants -> () -> tenant(tenants))
                        .orElse(() -> FileKey.NOBODY));
    }

    private static String tenant(Tenancy tenancy) {
        if (RequestContextHolder.getRequestAttributes()
                instanceof ServletRequestAttributes attributes) {
            HttpServletRequest request = attributes.getRequest();
            return tenancy.of(request).map(Tenant::id).orElse(FileKey.NOBODY);
        }
        throw new IllegalStateException(
                "There is no request here, so nobody knows whose file this is. Say so:"
                        + " files.in(tenant).");
    }

    @Bean(destroyMethod = "close")
    FileCleaner concertinaFileCleaner(
            FileStore store, FileStatistics statistics, FileSettings settings) {
        return new FileCleaner(
                store,
                statistics,
                settings.unfinished(),
                settings.cleanEvery(),
                Clock.systemUTC(),
                RandomGenerator.getDefault());
    }

    @Bean
    Check concertinaFileCheck(FileStore store) {
        return new FileCheck(store);
    }

    // After the request's one call, so that limits hold; before the application's own checks,
    // because the link is the permission.
    @Bean
    FilterRegistrationBean<FileLinkFilter> concertinaFileLinkFilter(
            FileStore store, FileLinks links, FileStatistics statistics, FileSettings settings) {
        var filter = new FileLinkFilter(store, links, statistics, Clock.systemUTC());
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 60);
        registration.addUrlPatterns(settings.path() + "/*");
        registration.setEnabled(!settings.store().equals(Optional.of(Store.S3)));
        return registration;
    }

    // Before anybody can ask for a parameter.
    @Bean
    FilterRegistrationBean<FormFilter> concertinaFormFilter(FileSettings settings) {
        var registration = new FilterRegistrationBean<>(new FormFilter(settings.forms()));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 15);
        registration.setEnabled(!settings.forms().isEmpty());
        return registration;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaFileMetrics(FileStatistics statistics, FileStore store) {
            return registry -> {
                count(registry, store, "uploads", "outcome", "stored", statistics.stored);
                count(registry, store, "uploads", "outcome", "refused", statistics.refused);
                count(registry, store, "uploads", "outcome", "failed", statistics.failed);
                count(registry, store, "bytes", "direction", "in", statistics.bytesIn);
                count(registry, store, "bytes", "direction", "out", statistics.bytesOut);
                count(registry, store, "links", "outcome", "served", statistics.linksServed);
                count(registry, store, "links", "outcome", "refused", statistics.linksRefused);
                count(registry, store, "cleaned", "what", "unfinished", statistics.cleaned);
            };
        }

        private static void count(
                MeterRegistry registry,
                FileStore store,
                String name,
                String tag,
                String value,
                LongAdder count) {
            FunctionCounter.builder("concertina.file." + name, count, LongAdder::sum)
                    .tag("store", store.kind())
                    .tag(tag, value)
                    .register(registry);
        }
    }
}
