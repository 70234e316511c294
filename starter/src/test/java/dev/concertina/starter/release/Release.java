package dev.concertina.starter.release;

import dev.concertina.starter.testing.TestRedis;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

/** A release of one application, compiled here, that runs in a class loader of its own. */
final class Release implements AutoCloseable {
    private static final Path SOURCES = Path.of("src", "test", "resources", "releases");

    private final URLClassLoader loader;
    private final ConfigurableApplicationContext context;

    private Release(URLClassLoader loader, ConfigurableApplicationContext context) {
        this.loader = loader;
        this.context = context;
    }

    static Release start(String name, Path folder) throws IOException, ClassNotFoundException {
        var classes = Files.createDirectories(folder.resolve(name));
        compile(name, classes);
        var loader =
                new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, Release.class.getClassLoader());
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            var context =
                    new SpringApplicationBuilder(
                                    new DefaultResourceLoader(loader),
                                    loader.loadClass("shop.Shop"))
                            .run(
                                    "--server.port=0",
                                    "--spring.main.banner-mode=off",
                                    "--concertina.redis.url=" + TestRedis.url(),
                                    "--concertina.redis.timeout=20s",
                                    "--concertina.redis.connect-timeout=20s",
                                    "--concertina.redis.namespace=releases",
                                    "--concertina.instance.drain-delay=0s",
                                    "--concertina.session.keys"
                                            + "=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
            return new Release(loader, context);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void compile(String name, Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var sources = new ArrayList<Path>();
            for (var part : List.of("both", name)) {
                try (Stream<Path> found = Files.list(SOURCES.resolve(part).resolve("shop"))) {
                    found.forEach(sources::add);
                }
            }
            var said = new StringWriter();
            boolean compiled =
                    compiler.getTask(
                                    said,
                                    files,
                                    null,
                                    List.of(
                                            "-proc:none",
                                            "-parameters",
                                            "-d",
                                            classes.toString(),
                                            "-classpath",
                                            System.getProperty("java.class.path")),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            if (!compiled) {
                throw new IllegalStateException(said.toString());
            }
        }
    }

    int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    @Override
    public void close() throws IOException {
        context.close();
        loader.close();
    }
}
