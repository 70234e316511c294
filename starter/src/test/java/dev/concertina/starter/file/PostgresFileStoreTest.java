package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.request.UnusableStoreException;
import dev.concertina.starter.testing.TestPostgres;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresFileStoreTest extends FileStoreContract {
    private static HikariDataSource source;
    private static PostgresFileStore store;

    @BeforeAll
    static void open() {
        var config = new HikariConfig();
        config.setJdbcUrl(TestPostgres.shared().url());
        config.setMaximumPoolSize(3);
        source = new HikariDataSource(config);
        store = new PostgresFileStore(source, new FileSchema(FileSettings.Schema.CREATE));
        store.check();
    }

    @AfterAll
    static void close() {
        source.close();
    }

    @Override
    FileStore store() {
        return store;
    }

    @Override
    int piece() {
        return PostgresFileStore.CHUNK;
    }

    @Override
    long leftovers() throws Exception {
        return count(
                "select count(*) from concertina_file where tenant = 'contract'"
                        + " and stored_at is null");
    }

    private static long count(String sql) throws Exception {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void noChunkIsLeftBehindWithoutItsFile() throws Exception {
        var key = FileKey.next(TENANT);
        var content = new byte[2 * PostgresFileStore.CHUNK];
        try (var writing = store.begin(key, "n", "a/b")) {
            writing.write(content, 0, content.length);
            writing.commit(content.length, "0".repeat(64), Instant.EPOCH);
        }
        assertThat(count("select count(*) from concertina_file_chunk")).isPositive();
        assertThat(store.delete(key)).isTrue();
        assertThat(
                        count(
                                "select count(*) from concertina_file_chunk where file not in"
                                        + " (select number from concertina_file)"))
                .isZero();
    }

    @Test
    void instancesThatStartTogetherMakeTheTablesOnce() throws Exception {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create schema if not exists together");
        }
        var config = new HikariConfig();
        config.setJdbcUrl(TestPostgres.shared().url() + "&currentSchema=together");
        config.setMaximumPoolSize(6);
        try (var together = new HikariDataSource(config);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks =
                    IntStream.range(0, 6)
                            .<Callable<Boolean>>mapToObj(i ->
                                    () -> {
                                        new PostgresFileStore(
                                                        together,
                                                        new FileSchema(FileSettings.Schema.CREATE))
                                                .check();
                                        return true;
                                    })
                            .toList();
            for (var made : threads.invokeAll(tasks)) {
                assertThat(made.get()).isTrue();
            }
        }
    }

    @Test
    void tablesSomebodyElseShouldHaveMadeAreAskedFor() throws Exception {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create schema if not exists bare");
        }
        var config = new HikariConfig();
        config.setJdbcUrl(TestPostgres.shared().url() + "&currentSchema=bare");
        config.setMaximumPoolSize(1);
        try (var bare = new HikariDataSource(config)) {
            var validating =
                    new PostgresFileStore(bare, new FileSchema(FileSettings.Schema.VALIDATE));
            assertThatThrownBy(validating::check)
                    .isInstanceOf(UnusableStoreException.class)
                    .hasMessageContaining("concertina.file.schema=validate");
        }
    }
}
