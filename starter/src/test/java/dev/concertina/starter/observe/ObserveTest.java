package dev.concertina.starter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Request ids, traces and metrics of one real application. */
class ObserveTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static Served served;

    @BeforeAll
    static void start() {
        served =
                Served.start(
                        ObservedApplication.class,
                        KEY,
                        "--concertina.redis.url=" + TestRedis.url(),
                        "--concertina.redis.timeout=20s",
                        "--concertina.instance.id=web-1",
                        "--management.tracing.sampling.probability=1.0",
                        "--management.endpoints.web.exposure.include=prometheus");
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static Optional<String> id(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
        return answer.headers().firstValue("X-Request-Id");
    }

    /**
     * The spans of one trace, once its server's span has ended, which it does after its answer was
     * sent. Spans of other requests, also of other tests', may end at any time.
     */
    private static List<SpanData> trace(String id) {
        var end = System.nanoTime() + 30_000_000_000L;
        while (true) {
            var spans =
                    ObservedApplication.SPANS.getFinishedSpanItems().stream()
                            .filter(span -> span.getTraceId().equals(id))
                            .toList();
            if (spans.stream().anyMatch(span -> span.getName().contains("http get"))) {
                return spans;
            }
            assertThat(System.nanoTime()).as("no trace " + id).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    @Test
    void aSaneIdIsTakenAnythingElseIsReplaced() {
        assertThat(id(served.get("/id", "X-Request-Id", "abc-1"))).hasValue("abc-1");
        for (var bad : List.of("a b", "x".repeat(129), "a\"b", "${jndi:x}")) {
            var answer = served.get("/id", "X-Request-Id", bad);
            assertThat(id(answer)).hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f]{32}"));
            assertThat(answer.body()).isEqualTo(id(answer).orElse(""));
        }
        assertThat(id(served.get("/id"))).isNotEqualTo(id(served.get("/id")));
    }

    @Test
    void theIdFollowsTheRequestToOtherThreads() {
        for (var path : List.of("/later", "/aside")) {
            assertThat(served.get(path, "X-Request-Id", "abc-2").body())
                    .as(path)
                    .isEqualTo("abc-2");
        }
    }

    @Test
    void errorsAndProblemsCarryIt() {
        for (var path : List.of("/none", "/bad", "/problem")) {
            var answer = served.get(path, "X-Request-Id", "abc-3", "Accept", "application/json");
            assertThat(id(answer)).hasValue("abc-3");
            assertThat(JsonMapper.shared().readTree(answer.body()).path("requestId").asString())
                    .as(path)
                    .isEqualTo("abc-3");
        }
    }

    @Test
    void oneTraceFromRequestToDatabaseAndRedis() {
        var id = newId();
        var answer = served.get("/all", "X-Request-Id", id);
        assertThat(answer.body()).isEqualTo(id);
        var all = trace(id);
        var server = one(all, "http get /all");
        assertThat(server.getParentSpanContext().isValid()).isFalse();
        assertThat(server.getKind()).isEqualTo(SpanKind.SERVER);
        var query = one(all, "database.query SELECT");
        // Between them stand Spring Security's own.
        assertThat(ancestors(query, all)).contains(server.getSpanId());
        assertThat(query.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(query.getAttributes().asMap().toString())
                .contains("select name from t where id = ?");
        // The session was written: one call, besides none at the beginning without a cookie.
        var redis = one(all, "redis.request");
        assertThat(ancestors(redis, all)).contains(server.getSpanId());
        assertThat(redis.getKind()).isEqualTo(SpanKind.CLIENT);
    }

    @Test
    void aTraceThatBeganElsewhereGoesOn() {
        var id = newId();
        var answer = served.get("/id", "traceparent", "00-" + id + "-00f067aa0ba902b7-01");
        assertThat(answer.body()).isEqualTo(id);
        assertThat(id(answer)).hasValue(id);
        var server = one(trace(id), "http get /id");
        assertThat(server.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    }

    @Test
    void aStatementsValuesAreInNoTrace() {
        var id = newId();
        assertThat(served.get("/bad", "X-Request-Id", id).statusCode()).isEqualTo(500);
        var query = one(trace(id), "database.query UPDATE");
        assertThat(query.getAttributes().asMap().toString()).doesNotContain("secret");
    }

    private static List<String> ancestors(SpanData span, List<SpanData> all) {
        var ids = new ArrayList<String>();
        var at = Optional.of(span);
        while (at.isPresent()) {
            var parent = at.get().getParentSpanId();
            ids.add(parent);
            at = all.stream().filter(s -> s.getSpanId().equals(parent)).findFirst();
        }
        return ids;
    }

    private static SpanData one(List<SpanData> spans, String name) {
        var found = spans.stream().filter(span -> span.getName().contains(name)).toList();
        assertThat(found).as(name + " among " + spans).hasSize(1);
        return found.getFirst();
    }

    @Test
    void everyPromisedMetricIsThere() {
        served.get("/all");
        served.get("/bad");
        var text = served.get("/actuator/prometheus").body();
        assertThat(text)
                .contains("concertina_instance{id=\"web-1\",release=\"none\"} 1")
                .contains("concertina_requests_active ")
                .contains("concertina_redis_up 1")
                .containsPattern("concertina_sessions [1-9]")
                .contains("process_uptime_seconds ")
                .containsPattern("http_server_requests_seconds_bucket\\{.*uri=\"/all\".*le=\"0.1\"")
                .containsPattern("http_server_requests_seconds_count\\{.*status=\"500\".*")
                .containsPattern(
                        "database_query_seconds_count\\{error=\"none\",operation=\"SELECT\"")
                .containsPattern(
                        "database_query_seconds_count\\{error=\"SQLException\",operation=\"UPDATE\"")
                .containsPattern("redis_request_seconds_count\\{error=\"none\"")
                .containsPattern("tomcat_connections_current_connections");
        assertThat(served.bean(MeterRegistry.class).get("concertina.requests.active").gauge())
                .isNotNull();
    }
}
