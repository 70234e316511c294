package peer;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** db-scheduler as its documentation sets it up for many short jobs; told what to do on stdin. */
public final class Peer {
    private static volatile CountDownLatch left = new CountDownLatch(0);
    private static final AtomicLong first = new AtomicLong();
    private static volatile long last;
    private static long number;

    private Peer() {}

    public static void main(String[] arguments) throws Exception {
        var config = new HikariConfig();
        config.setJdbcUrl(arguments[0]);
        config.setMaximumPoolSize(14);
        var source = new HikariDataSource(config);
        tables(source);
        OneTimeTask<Void> plain = Tasks.oneTime("plain").execute((instance, context) -> done());
        OneTimeTask<Void> effect =
                Tasks.oneTime("effect")
                        .execute((instance, context) -> {
                            insert(source);
                            done();
                        });
        var scheduler =
                Scheduler.create(source, plain, effect)
                        .threads(10)
                        .pollingInterval(Duration.ofSeconds(1))
                        .pollUsingLockAndFetch(1.0, 4.0)
                        .enableImmediateExecution()
                        .build();
        scheduler.start();
        System.out.println("ready");
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ");
            int count = Integer.parseInt(words[1]);
            System.out.println(
                    switch (words[0]) {
                        case "plain" -> drain(scheduler, plain, count);
                        case "effect" -> drain(scheduler, effect, count);
                        default -> latency(scheduler, plain, count);
                    });
        }
        System.exit(0);
    }

    private static void tables(HikariDataSource source) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            // As its documentation has it for PostgreSQL.
            statement.execute(
                    """
                    create table if not exists scheduled_tasks (
                      task_name text not null,
                      task_instance text not null,
                      task_data bytea,
                      execution_time timestamp with time zone not null,
                      picked boolean not null,
                      picked_by text,
                      last_success timestamp with time zone,
                      last_failure timestamp with time zone,
                      consecutive_failures int,
                      last_heartbeat timestamp with time zone,
                      version bigint not null,
                      priority smallint,
                      primary key (task_name, task_instance)
                    );
                    create index if not exists execution_time_idx on scheduled_tasks (execution_time);
                    create index if not exists last_heartbeat_idx on scheduled_tasks (last_heartbeat);
                    create table if not exists effect (at timestamptz not null default now());
                    """);
        }
    }

    private static void insert(HikariDataSource source) {
        try (var connection = source.getConnection();
                var statement = connection.prepareStatement("insert into effect default values")) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void done() {
        long now = System.nanoTime();
        first.compareAndSet(0, now);
        last = now;
        left.countDown();
    }

    private static double drain(SchedulerClient client, OneTimeTask<Void> task, int count)
            throws InterruptedException {
        left = new CountDownLatch(count);
        first.set(0);
        var due = Instant.now().plusMillis(2000 + count / 8);
        for (int from = 0; from < count; from += 1000) {
            int many = Math.min(1000, count - from);
            Stream<com.github.kagkarlsson.scheduler.task.TaskInstance<?>> batch =
                    IntStream.range(0, many).mapToObj(i -> task.instance("" + number++));
            client.scheduleBatch(batch.toList(), due);
        }
        if (Instant.now().isAfter(due)) {
            throw new IllegalStateException("filling took too long");
        }
        left.await();
        return (last - first.get()) / 1e9;
    }

    private static double latency(SchedulerClient client, OneTimeTask<Void> task, int count)
            throws InterruptedException {
        var millis = new double[count];
        for (int i = 0; i < count; i++) {
            left = new CountDownLatch(1);
            long began = System.nanoTime();
            client.scheduleIfNotExists(task.instance("" + number++), Instant.now());
            left.await();
            millis[i] = (last - began) / 1e6;
            Thread.sleep(3);
        }
        Arrays.sort(millis);
        return millis[count / 2];
    }
}
