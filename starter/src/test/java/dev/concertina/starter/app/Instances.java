package dev.concertina.starter.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The plain application, several times in this JVM, each on a port of its own. */
final class Instances implements AutoCloseable {
    static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    static Instances start(int count, String... arguments) {
        var instances = new Instances();
        for (int i = 0; i < count; i++) {
            instances.contexts.add(run(arguments));
        }
        return instances;
    }

    private static ConfigurableApplicationContext run(String... arguments) {
        var all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--server.port=0");
        all.add("--spring.main.banner-mode=off");
        unlessGiven(all, "--concertina.redis.timeout=", "20s");
        // A busy machine is no reason to tighten what a test counts.
        unlessGiven(all, "--concertina.limit.strict.enabled=", "false");
        unlessGiven(all, "--concertina.instance.drain-delay=", "0s");
        return new SpringApplicationBuilder(PlainApplication.class).run(all.toArray(String[]::new));
    }

    private static void unlessGiven(List<String> all, String option, String value) {
        if (all.stream().noneMatch(argument -> argument.startsWith(option))) {
            all.add(option + value);
        }
    }

    int[] ports() {
        return contexts.stream()
                .mapToInt(context ->
                        ((ServletWebServerApplicationContext) context).getWebServer().getPort())
                .toArray();
    }

    Browser browser() {
        return new Browser(ports());
    }

    @Override
    public void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
    }
}
