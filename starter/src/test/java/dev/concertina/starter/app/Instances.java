package dev.concertina.starter.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** An application, several times in this JVM, each on a port of its own. */
public final class Instances implements AutoCloseable {
    public static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    static Instances start(int count, String... arguments) {
        return start(PlainApplication.class, count, arguments);
    }

    public static Instances start(Class<?> application, int count, String... arguments) {
        var instances = new Instances();
        for (int i = 0; i < count; i++) {
            instances.contexts.add(run(application, arguments));
        }
        return instances;
    }

    private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
        var all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--server.port=0");
        all.add("--spring.main.banner-mode=off");
        unlessGiven(all, "--concertina.redis.timeout=", "20s");
        // A busy machine is no reason to tighten what a test counts.
        unlessGiven(all, "--concertina.limit.strict.enabled=", "false");
        unlessGiven(all, "--concertina.instance.drain-delay=", "0s");
        // Who counts commands counts those of requests.
        unlessGiven(all, "--concertina.session.sweep-every=", "0s");
        unlessGiven(all, "--concertina.session.reseal-every=", "0s");
        return new SpringApplicationBuilder(application).run(all.toArray(String[]::new));
    }

    private static void unlessGiven(List<String> all, String option, String value) {
        if (all.stream().noneMatch(argument -> argument.startsWith(option))) {
            all.add(option + value);
        }
    }

    /** A bean of the first instance. */
    public <T> T bean(Class<T> type) {
        return contexts.getFirst().getBean(type);
    }

    public int[] ports() {
        return contexts.stream()
                .mapToInt(context ->
                        ((ServletWebServerApplicationContext) context).getWebServer().getPort())
                .toArray();
    }

    public Browser browser() {
        return new Browser(ports());
    }

    @Override
    public void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
    }
}
