package dev.concertina.starter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.instance.BadSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Log lines as they are written, read off a file. */
class LogTest {
    @TempDir private Path folder;

    static class Nothing {}

    private List<String> lines(String... settings) throws IOException {
        var file = folder.resolve("log.txt");
        var all = new ArrayList<>(List.of(settings));
        all.add("--logging.file.name=" + file);
        all.add("--concertina.instance.id=web-1");
        all.add("--CONCERTINA_RELEASE=r3");
        all.add("--spring.main.banner-mode=off");
        var log = LoggerFactory.getLogger("shop.Orders");
        try (var context =
                new SpringApplicationBuilder(Nothing.class)
                        .web(WebApplicationType.NONE)
                        .run(all.toArray(String[]::new))) {
            assertThat(context.isActive()).isTrue();
            MDC.put("requestId", "abc-1");
            MDC.put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
            log.warn("two\nlines \"quoted\"");
            MDC.clear();
            log.info("no request");
            log.debug("too fine");
            log.error("failed", new IllegalStateException("why"));
        }
        return Files.readAllLines(file);
    }

    // Boot keeps what a log file was called in the properties of the JVM, which tests share.
    @BeforeEach
    @AfterEach
    void forget() {
        MDC.clear();
        LoggingSystem.get(LogTest.class.getClassLoader()).cleanUp();
        for (var property : LoggingSystemProperty.values()) {
            System.clearProperty(property.getEnvironmentVariableName());
        }
    }

    @Test
    void aTextLineIsTimeLevelInstanceMessage() throws Exception {
        var lines = lines();
        assertThat(lines)
                .anySatisfy(line ->
                        assertThat(line)
                                .matches(
                                        "\\[\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}.+?]"
                                                + " \\[WARN] \\[web-1] \\[abc-1] Orders: two"))
                .anySatisfy(line -> assertThat(line).endsWith("[INFO] [web-1] Orders: no request"))
                .noneSatisfy(line -> assertThat(line).contains("too fine"));
    }

    @Test
    void aJsonLineSaysAllOfIt() throws Exception {
        var entries =
                lines("--concertina.observe.log.format=json").stream()
                        .map(line -> JsonMapper.shared().readTree(line))
                        .filter(entry -> entry.path("logger").asString().equals("shop.Orders"))
                        .toList();
        assertThat(entries).hasSize(3);
        JsonNode first = entries.getFirst();
        assertThat(first.path("level").asString()).isEqualTo("WARN");
        assertThat(first.path("instance").asString()).isEqualTo("web-1");
        assertThat(first.path("release").asString()).isEqualTo("r3");
        assertThat(first.path("requestId").asString()).isEqualTo("abc-1");
        assertThat(first.path("traceId").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(first.path("message").asString()).isEqualTo("two\nlines \"quoted\"");
        assertThat(first.path("time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*");
        assertThat(entries.get(1).has("requestId")).isFalse();
        assertThat(entries.get(2).path("error").asString()).contains("IllegalStateException: why");
    }

    @Test
    void theVariablesSayTheSame() throws Exception {
        assertThat(lines("--LOG_FORMAT=ecs", "--LOG_LEVEL=debug"))
                .anySatisfy(line ->
                        assertThat(line)
                                .contains("too fine")
                                .contains("\"ecs\"")
                                .contains("\"instance\":\"web-1\""));
    }

    @Test
    void aWrongWordIsRefusedByName() {
        assertThatThrownBy(() -> lines("--concertina.observe.log.format=yaml"))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("concertina.observe.log.format")
                .hasMessageContaining("'yaml'")
                .hasMessageContaining("json");
        assertThatThrownBy(() -> lines("--concertina.observe.log.level=loud"))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("concertina.observe.log.level");
    }
}
