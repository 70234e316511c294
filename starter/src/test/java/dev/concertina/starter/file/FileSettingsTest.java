package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.file.FileSettings.Local;
import dev.concertina.starter.file.FileSettings.S3;
import dev.concertina.starter.file.FileSettings.Schema;
import dev.concertina.starter.file.FileSettings.Store;
import dev.concertina.starter.instance.InstanceAutoConfiguration;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.testing.TestS3;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class FileSettingsTest {
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String NO_METADATA = "aws.disableEc2MetadataService";

    @BeforeAll
    static void noMachineGivesARole() {
        System.setProperty(NO_METADATA, "true");
    }

    @AfterAll
    static void restore() {
        System.clearProperty(NO_METADATA);
    }

    private static FileSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("concertina.file", FileSettings.class);
    }

    @Test
    void defaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new FileSettings(
                                Optional.empty(),
                                List.of(),
                                "/files",
                                "",
                                DataSize.ofMegabytes(100),
                                List.of(),
                                Duration.ofDays(7),
                                Duration.ofHours(24),
                                Duration.ofMinutes(10),
                                List.of(),
                                Schema.CREATE,
                                new Local("files"),
                                new S3(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        "",
                                        DataSize.ofMegabytes(8),
                                        Optional.empty(),
                                        Duration.ofSeconds(30))));
    }

    @Test
    void everyKeyIsMapped() {
        var values =
                Map.ofEntries(
                        Map.entry("concertina.file.store", "postgres"),
                        Map.entry("concertina.file.keys", KEY),
                        Map.entry("concertina.file.path", "/downloads"),
                        Map.entry("concertina.file.base", "https://registry.test"),
                        Map.entry("concertina.file.size-max", "2GB"),
                        Map.entry("concertina.file.types", "image/*,application/pdf"),
                        Map.entry("concertina.file.link-max", "1h"),
                        Map.entry("concertina.file.unfinished", "2h"),
                        Map.entry("concertina.file.clean-every", "1m"),
                        Map.entry("concertina.file.forms", "/uploads/**"),
                        Map.entry("concertina.file.schema", "validate"),
                        Map.entry("concertina.file.local.directory", "/data"),
                        Map.entry("concertina.file.s3.bucket", "b"),
                        Map.entry("concertina.file.s3.region", "eu-central-1"),
                        Map.entry("concertina.file.s3.endpoint", "http://minio:9000"),
                        Map.entry("concertina.file.s3.public-endpoint", "https://files.test"),
                        Map.entry("concertina.file.s3.access-key", "a"),
                        Map.entry("concertina.file.s3.secret-key", "s"),
                        Map.entry("concertina.file.s3.prefix", "p"),
                        Map.entry("concertina.file.s3.part", "16MB"),
                        Map.entry("concertina.file.s3.path-style", "false"),
                        Map.entry("concertina.file.s3.timeout", "5s"));
        assertThat(bound(values))
                .isEqualTo(
                        new FileSettings(
                                Optional.of(Store.POSTGRES),
                                List.of(KEY),
                                "/downloads",
                                "https://registry.test",
                                DataSize.ofGigabytes(2),
                                List.of("image/*", "application/pdf"),
                                Duration.ofHours(1),
                                Duration.ofHours(2),
                                Duration.ofMinutes(1),
                                List.of("/uploads/**"),
                                Schema.VALIDATE,
                                new Local("/data"),
                                new S3(
                                        Optional.of("b"),
                                        Optional.of("eu-central-1"),
                                        Optional.of("http://minio:9000"),
                                        Optional.of("https://files.test"),
                                        Optional.of("a"),
                                        Optional.of("s"),
                                        "p",
                                        DataSize.ofMegabytes(16),
                                        Optional.of(false),
                                        Duration.ofSeconds(5))));
        assertThat(bound(values).toString()).doesNotContain(KEY);
    }

    /**
     * @param said part of what is said
     */
    private record Row(String said, List<String> properties) {
        Row(String said, String... properties) {
            this(said, List.of(properties));
        }
    }

    private static Stream<Row> rows() {
        var s3 =
                Stream.of(TestS3.shared().settings())
                        .map(setting -> setting.substring(2))
                        .toArray(String[]::new);
        return Stream.of(
                new Row("concertina.file.path is 'files/'", "concertina.file.path=files/"),
                new Row("concertina.file.size-max is 0B", "concertina.file.size-max=0B"),
                new Row("concertina.file.link-max is PT192H", "concertina.file.link-max=8d"),
                new Row("concertina.file.unfinished is PT1S", "concertina.file.unfinished=1s"),
                new Row("concertina.file.types holds 'pictures'", "concertina.file.types=pictures"),
                new Row("concertina.file.forms holds 'up'", "concertina.file.forms=up"),
                new Row(
                        "concertina.file.keys is not set",
                        "concertina.session.keys=",
                        "concertina.file.keys="),
                new Row("concertina.file.keys cannot be used", "concertina.file.keys=hunter2"),
                new Row("there is no DataSource", "concertina.file.store=postgres"),
                new Row("concertina.file.s3.bucket is not set", "concertina.file.store=s3"),
                new Row("concertina.file.s3.part is 1048576B", "concertina.file.s3.part=1MB"),
                new Row("one of them is missing", "concertina.file.s3.access-key=a"),
                new Row(
                        "10000 parts",
                        "concertina.file.store=s3",
                        "concertina.file.size-max=100GB"),
                new Row(
                        "concertina.file.s3.region is not set",
                        "concertina.file.store=s3",
                        "concertina.file.s3.bucket=b"),
                new Row(
                        "There are no credentials for S3: concertina.file.s3.access-key",
                        "concertina.file.store=s3",
                        "concertina.file.s3.bucket=b",
                        "concertina.file.s3.endpoint=http://127.0.0.1:1"),
                new Row(
                        "concertina.file.s3.endpoint is 'nowhere'",
                        with(s3, "concertina.file.s3.endpoint=nowhere")),
                new Row(
                        "concertina.file.s3.secret-key does not belong",
                        with(s3, "concertina.file.s3.secret-key=wrong")),
                new Row(
                        "concertina.file.s3.access-key",
                        with(s3, "concertina.file.s3.access-key=nobody")),
                new Row(
                        "concertina.file.s3.bucket is 'missing'",
                        with(s3, "concertina.file.s3.bucket=missing")));
    }

    private static String[] with(String[] settings, String last) {
        var all = new ArrayList<>(List.of(settings));
        all.add(last);
        return all.toArray(String[]::new);
    }

    private static WebApplicationContextRunner runner() {
        return new WebApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(
                                InstanceAutoConfiguration.class,
                                RequestAutoConfiguration.class,
                                FileAutoConfiguration.class))
                .withPropertyValues(
                        "concertina.session.keys=" + KEY, "concertina.file.store=memory");
    }

    @Test
    void theFrameOfTheseTestsStarts() {
        runner().run(context -> assertThat(context).hasNotFailed().hasSingleBean(Files.class));
    }

    @TestFactory
    Stream<DynamicTest> whatCannotWorkEndsTheStartAndIsNamed() {
        return rows().map(row ->
                DynamicTest.dynamicTest(
                        row.said(),
                        () ->
                                runner().withPropertyValues(row.properties().toArray(String[]::new))
                                        .run(context -> assertRefused(row, context))));
    }

    private static void assertRefused(Row row, AssertableWebApplicationContext context) {
        assertThat(context).hasFailed();
        var said = new ArrayList<String>();
        for (Throwable at = context.getStartupFailure(); at != null; at = at.getCause()) {
            said.add(String.valueOf(at.getMessage()));
        }
        assertThat(String.join("\n", said))
                .contains(row.said())
                .doesNotContain("hunter2", KEY, TestS3.SECRET_KEY);
    }

    @Test
    void anS3ThatIsAwayIsNoReasonNotToStart() {
        runner().withPropertyValues(
                        "concertina.file.store=s3",
                        "concertina.file.s3.bucket=b",
                        "concertina.file.s3.endpoint=http://127.0.0.1:1",
                        "concertina.file.s3.access-key=a",
                        "concertina.file.s3.secret-key=s")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var finding = new FileCheck(context.getBean(FileStore.class)).find();
                    assertThat(finding.up()).isFalse();
                    assertThat(finding.error().orElse("")).contains("S3 does not answer");
                });
    }

    @Test
    void whoeverWantsFilesIsToldHowToGetThem() {
        var analysis =
                new NoFilesAnalyzer()
                        .analyze(
                                new IllegalStateException(),
                                new NoSuchBeanDefinitionException(Files.class));
        assertThat(analysis).isNotNull();
        assertThat(analysis.getDescription()).contains("concertina.file.store is not set");
    }
}
