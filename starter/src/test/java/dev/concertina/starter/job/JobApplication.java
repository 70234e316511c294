package dev.concertina.starter.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.request.Tenant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application whose jobs leave marks in its database and outside it. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableTransactionManagement
@Import({JobApplication.Doing.class, JobApplication.Asking.class})
class JobApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(JobApplication.class, arguments);
    }

    /** Leaves a mark in the database. */
    record Mark(long number, String text) {}

    /** Leaves a mark outside first, then one in the database. */
    record Send(long number, int millis) {}

    /** Leaves marks outside a transaction, and one when it finishes. */
    record Export(long number, boolean failAfterwards) {}

    record Broken(String how) {}

    record Slow(long number) {}

    record OfTenant(long number) {}

    /** Ends the instance that does it. */
    record Poison(long number) {}

    record Paced(long number) {}

    /** Nobody has a handler for it. */
    record Unknown(String text) {}

    record Unwritable(Runnable anything) {}

    @Bean
    DataSource dataSource(Environment environment) {
        var config = new HikariConfig();
        config.setJdbcUrl(environment.getRequiredProperty("test.database"));
        config.setMaximumPoolSize(environment.getProperty("test.pool", Integer.class, 12));
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource source) {
        return new DataSourceTransactionManager(source);
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    JdbcClient jdbc(DataSource source) {
        return JdbcClient.create(source);
    }

    static final String TABLES =
            "create table mark (kind text not null, number bigint not null, text text,"
                    + " instance text, at timestamptz not null default clock_timestamp());"
                    + " create index mark_number on mark (number)";

    static class Doing {
        private final JdbcClient jdbc;
        private final Instance instance;
        private final int sink;
        final CountDownLatch slowBegan = new CountDownLatch(1);
        final AtomicInteger slowInterrupted = new AtomicInteger();
        final Map<Long, Integer> attempts = new ConcurrentHashMap<>();
        private @Nullable Socket socket;

        Doing(JdbcClient jdbc, Instance instance, Environment environment) {
            this.jdbc = jdbc;
            this.instance = instance;
            this.sink = environment.getProperty("test.sink", Integer.class, 0);
        }

        private void mark(String kind, long number, String text) {
            jdbc.sql("insert into mark (kind, number, text, instance) values (?, ?, ?, ?)")
                    .params(kind, number, text, instance.id().value())
                    .update();
        }

        @JobHandler
        void mark(Mark mark, JobContext context) {
            mark(
                    "mark",
                    mark.number(),
                    mark.text() + " " + MDC.get("requestId") + " " + MDC.get("job"));
            attempts.merge(mark.number(), context.attempt(), Math::max);
        }

        @JobHandler
        void send(Send send, JobContext context) throws Exception {
            outside(send.number(), context);
            mark("send", send.number(), "");
            if (send.millis() > 0) {
                Thread.sleep(send.millis());
            }
        }

        // One line for each effect: the number and the fence.
        private void outside(long number, JobContext context) throws IOException {
            if (sink == 0) {
                return;
            }
            var line = number + " " + context.fence() + " " + context.attempt() + "\n";
            synchronized (this) {
                var known = socket;
                if (known == null) {
                    known = new Socket(InetAddress.getLoopbackAddress(), sink);
                    known.setTcpNoDelay(true);
                    socket = known;
                }
                known.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            }
        }

        @JobHandler(transactional = false)
        void export(Export export, JobContext context) throws Exception {
            outside(export.number(), context);
            context.finish(() -> mark("export", export.number(), ""));
            if (export.failAfterwards()) {
                throw new IllegalStateException("after the end");
            }
        }

        @JobHandler(attempts = 3)
        void broken(Broken broken, JobContext context) {
            mark("broken", context.id(), "");
            switch (broken.how()) {
                case "give-up" -> throw new GiveUp("<b>never</b>");
                case "later" -> throw new TryLater(Duration.ofMillis(20), "not yet");
                default -> throw new IllegalStateException(broken.how());
            }
        }

        @JobHandler(queue = "slow")
        void slow(Slow slow, JobContext context) throws Exception {
            mark("slow", slow.number(), "");
            if (context.attempt() == 1 && slowBegan.getCount() > 0) {
                slowBegan.countDown();
                try {
                    Thread.sleep(Duration.ofMinutes(5));
                } catch (InterruptedException e) {
                    slowInterrupted.incrementAndGet();
                    throw e;
                }
            }
        }

        @JobHandler
        void ofTenant(OfTenant job, Tenant tenant, Optional<Tenant> same, JobContext context) {
            mark(
                    "tenant",
                    job.number(),
                    tenant.id() + " " + same.orElseThrow() + " " + MDC.get("tenant"));
        }

        @JobHandler(attempts = 3)
        void poison(Poison poison) {
            Runtime.getRuntime().halt(9);
        }

        @JobHandler(queue = "paced")
        void paced(Paced paced) {
            mark("paced", paced.number(), "");
        }

        @RecurringJob(every = "${test.every:1h}")
        void tick() {
            mark("tick", 0, "");
        }
    }

    @RestController
    static class Asking {
        private final Jobs jobs;
        private final JdbcClient jdbc;

        Asking(Jobs jobs, JdbcClient jdbc) {
            this.jobs = jobs;
            this.jdbc = jdbc;
        }

        @GetMapping("/mark")
        @Transactional
        public String mark(
                @RequestParam long number, @RequestParam(defaultValue = "false") boolean fail) {
            jdbc.sql("insert into mark (kind, number) values ('asked', ?)").param(number).update();
            var enqueued = jobs.enqueue(new Mark(number, "asked"));
            if (fail) {
                throw new IllegalStateException("rolled back");
            }
            return Long.toString(enqueued.id());
        }

        @GetMapping("/tenant")
        public String tenant(@RequestParam long number) {
            return Long.toString(jobs.enqueue(new OfTenant(number)).id());
        }
    }
}
