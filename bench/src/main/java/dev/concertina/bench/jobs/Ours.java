package dev.concertina.bench.jobs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.job.Job;
import dev.concertina.starter.job.JobHandler;
import dev.concertina.starter.job.Jobs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Our side: an application with three handlers, told what to do on stdin. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Ours.Doing.class)
public class Ours {
    record Plain(int number) {}

    record Effect(int number) {}

    record Outside(int number) {}

    /** Says when it was enqueued, in microseconds, by the machine's clock. */
    record Stamped(long micros) {}

    private static volatile CountDownLatch left = new CountDownLatch(0);
    private static final AtomicLong FIRST = new AtomicLong();
    private static final List<Long> ARRIVED = new ArrayList<>();
    private static volatile long last;

    /**
     * @param arguments the address of the database, then settings
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var settings = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        settings.add("--bench.database=" + arguments[0]);
        settings.add("--server.port=0");
        settings.add("--concertina.session.store=off");
        settings.add("--spring.main.banner-mode=off");
        settings.add("--logging.level.root=warn");
        var context = SpringApplication.run(Ours.class, settings.toArray(String[]::new));
        var jobs = context.getBean(Jobs.class);
        jobs.enqueue(new Plain(0));
        System.out.println("ready");
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ");
            int count = Integer.parseInt(words[1]);
            System.out.println(
                    switch (words[0]) {
                        case "plain" -> drain(jobs, Plain::new, count);
                        case "effect" -> drain(jobs, Effect::new, count);
                        case "outside" -> drain(jobs, Outside::new, count);
                        case "send" -> send(jobs, count);
                        case "arrive" -> {
                            left = new CountDownLatch(count);
                            yield 0;
                        }
                        case "arrived" -> arrived();
                        default -> latency(jobs, count);
                    });
        }
        System.exit(0);
    }

    private static double drain(Jobs jobs, IntFunction<Object> payload, int count)
            throws InterruptedException {
        left = new CountDownLatch(count);
        FIRST.set(0);
        var due = Instant.now().plusMillis(2000 + count / 8);
        for (int from = 0; from < count; from += 1000) {
            var batch = new ArrayList<Job>();
            for (int i = from; i < Math.min(count, from + 1000); i++) {
                batch.add(Job.of(payload.apply(i)).at(due));
            }
            jobs.enqueueAll(batch);
        }
        if (Instant.now().isAfter(due)) {
            throw new IllegalStateException("filling took too long");
        }
        left.await();
        return (last - FIRST.get()) / 1e9;
    }

    private static double latency(Jobs jobs, int count) throws InterruptedException {
        var millis = new double[count];
        for (int i = 0; i < count; i++) {
            left = new CountDownLatch(1);
            long began = System.nanoTime();
            jobs.enqueue(new Plain(i));
            left.await();
            millis[i] = (last - began) / 1e6;
            Thread.sleep(3);
        }
        Arrays.sort(millis);
        return millis[count / 2];
    }

    private static double send(Jobs jobs, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            jobs.enqueue(new Stamped(micros()));
            Thread.sleep(10);
        }
        return 0;
    }

    private static double arrived() throws InterruptedException {
        left.await();
        synchronized (ARRIVED) {
            ARRIVED.sort(null);
            double median = ARRIVED.get(ARRIVED.size() / 2) / 1000.0;
            ARRIVED.clear();
            return median;
        }
    }

    private static long micros() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    @Bean
    DataSource dataSource(Environment environment) {
        var config = new HikariConfig();
        config.setJdbcUrl(environment.getRequiredProperty("bench.database"));
        config.setMaximumPoolSize(11);
        return new HikariDataSource(config);
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource source) {
        return new DataSourceTransactionManager(source);
    }

    @Bean
    JdbcTemplate jdbc(DataSource source) {
        var jdbc = new JdbcTemplate(source);
        jdbc.execute("create table if not exists effect (at timestamptz not null default now())");
        return jdbc;
    }

    static class Doing {
        private final JdbcTemplate jdbc;

        Doing(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @JobHandler
        void plain(Plain job) {
            done();
        }

        @JobHandler
        void effect(Effect job) {
            jdbc.update("insert into effect default values");
            done();
        }

        @JobHandler
        void stamped(Stamped job) {
            synchronized (ARRIVED) {
                ARRIVED.add(micros() - job.micros());
            }
            left.countDown();
        }

        @JobHandler(transactional = false)
        void outside(Outside job) {
            done();
        }
    }

    private static void done() {
        long now = System.nanoTime();
        FIRST.compareAndSet(0, now);
        last = now;
        left.countDown();
    }
}
