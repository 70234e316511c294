package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.concertina.starter.testing.ListeningRelay;
import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The module for browsers, in Chromium, before two instances that take turns. */
class ChannelClientTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String LISTEN =
            """
            async ([transport, channel]) => {
              const { subscribe } = await import('/concertina/channel.js');
              window.got = []; window.ids = []; window.resets = 0; window.states = [];
              window.live = subscribe(channel, {
                transport,
                onEvent: (name, data, id) => { got.push(data); ids.push(id); },
                onReset: () => { resets++; },
                onState: (state, detail) => {
                  states.push(state + (detail && detail.status ? ' ' + detail.status : ''));
                },
              });
            }
            """;

    @TempDir private static Path profile;

    private static Served one;
    private static Served other;
    private static volatile int port;
    private static ListeningRelay front;
    private static Playwright playwright;
    private static BrowserContext browser;
    private Page page;

    @BeforeAll
    static void start() throws Exception {
        one = run();
        other = run();
        port = one.port();
        front = new ListeningRelay(() -> port);
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launchPersistentContext(
                                profile,
                                new BrowserType.LaunchPersistentContextOptions()
                                        .setExecutablePath(chromium())
                                        .setHeadless(true)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--no-first-run",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync")));
    }

    private static Served run() {
        return Served.start(
                LiveApplication.class,
                KEY,
                "--spring.application.name=browser",
                "--concertina.redis.url=" + TestRedis.url(),
                "--concertina.channel.beat=500ms");
    }

    private static Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "Chromium is missing (Debian: apt-get install chromium)"));
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        playwright.close();
        front.close();
        one.close();
        other.close();
    }

    @BeforeEach
    void open() {
        page = browser.newPage();
        page.navigate("http://127.0.0.1:" + front.port() + "/actuator/health");
    }

    private String listen(String transport, String channel) {
        page.evaluate(LISTEN, List.of(transport, channel));
        return channel;
    }

    private void awaits(String condition) {
        page.waitForFunction(condition);
    }

    private static void publish(String channel, int from, int to) {
        for (int i = from; i <= to; i++) {
            one.bean(Channels.class).publish(channel, "said", i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "websocket"})
    void aPageGetsEverythingOnceWhoeverServes(String transport) throws Exception {
        var channel = listen(transport, UUID.randomUUID().toString());
        awaits("() => states.includes('open')");
        publish(channel, 1, 10);
        awaits("() => got.length >= 10");
        port = port == one.port() ? other.port() : one.port();
        front.cutAll();
        publish(channel, 11, 20);
        awaits("() => got.length >= 20");
        publish(channel, 21, 30);
        awaits("() => got.length >= 30");
        assertThat(page.evaluate("() => got"))
                .isEqualTo(IntStream.rangeClosed(1, 30).boxed().toList());
        assertThat(page.evaluate("() => resets")).isEqualTo(0);
        assertThat(page.evaluate("() => states").toString()).contains("waiting");
        // What comes twice on the way is told once.
        page.evaluate("() => live.event('said', 30, ids.at(-1))");
        assertThat(page.evaluate("() => got.length")).isEqualTo(30);

        page.evaluate("() => live.close()");
        assertThat(page.evaluate("() => live.state")).isEqualTo("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "websocket"})
    void aPageIsToldWhenAHistoryIsGone(String transport) {
        var channel = listen(transport, UUID.randomUUID().toString());
        awaits("() => states.includes('open')");
        publish(channel, 1, 1);
        awaits("() => got.length === 1");
        var client = RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            assertThat(connection.sync().del("browser:ch:{/" + channel + "}")).isEqualTo(1);
        } finally {
            client.shutdown();
        }
        publish(channel, 2, 2);
        awaits("() => resets === 1");
        publish(channel, 3, 3);
        awaits("() => got.at(-1) === 3");
        page.evaluate("() => live.close()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "websocket"})
    void aPageThatMayNotIsToldAndDoesNotTryAgain(String transport) {
        listen(transport, "private-" + UUID.randomUUID());
        awaits("() => states.includes('refused 403')");
        assertThat(page.evaluate("() => states.filter(s => s === 'connecting').length"))
                .isEqualTo(1);
    }
}
