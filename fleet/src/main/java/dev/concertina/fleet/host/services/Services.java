package dev.concertina.fleet.host.services;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Service;
import dev.concertina.fleet.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The backing services of one fleet. Embedded ones keep their data, port and password under {@code
 * services/} of the state directory, so the next {@code up} finds what the last one left; they
 * outlive the fleet process and are taken over by the next one.
 */
public final class Services implements AutoCloseable {
    private final List<ServiceKeeper> keepers;
    private final List<ServiceState> external;
    private final Map<String, String> externalEnv;

    private Services(
            List<ServiceKeeper> keepers,
            List<ServiceState> external,
            Map<String, String> externalEnv) {
        this.keepers = List.copyOf(keepers);
        this.external = List.copyOf(external);
        this.externalEnv = Map.copyOf(externalEnv);
    }

    /**
     * Adopts or starts what is asked for and returns when all of it answers: at once when it runs
     * already, after a second or two otherwise.
     *
     * @param listener is told when a service ends by itself and when it serves again
     * @throws ServiceException if one cannot serve; those started by this call are stopped again
     */
    public static Services open(
            Manifest.Services wanted,
            Path stateDirectory,
            Host host,
            Time time,
            Consumer<Notice> listener) {
        List<ServiceKeeper> keepers = new ArrayList<>();
        List<ServiceState> external = new ArrayList<>();
        Map<String, String> env = new LinkedHashMap<>();
        BinaryCache cache = BinaryCache.ofThisUser();
        wanted.redis()
                .ifPresent(service -> {
                    switch (service) {
                        case Service.Embedded() -> {
                            Path folder = folder(stateDirectory, "redis");
                            Path log = log(stateDirectory, "redis");
                            Engine engine = new RedisEngine(cache, folder, log);
                            keepers.add(
                                    new ServiceKeeper(engine, folder, log, host, time, listener));
                        }
                        case Service.External e -> {
                            env.put(Env.REDIS_URL, e.url().toString());
                            external.add(elsewhere("redis", e));
                        }
                    }
                });
        wanted.postgres()
                .ifPresent(service -> {
                    switch (service) {
                        case Service.Embedded() -> {
                            Path folder = folder(stateDirectory, "postgres");
                            Path log = log(stateDirectory, "postgres");
                            Engine engine = new PostgresEngine(cache, folder, log);
                            keepers.add(
                                    new ServiceKeeper(engine, folder, log, host, time, listener));
                        }
                        case Service.External e -> {
                            env.put(Env.DATABASE_URL, e.url().toString());
                            e.user().ifPresent(v -> env.put(Env.DATABASE_USER, v));
                            e.password().ifPresent(v -> env.put(Env.DATABASE_PASSWORD, v));
                            external.add(elsewhere("postgres", e));
                        }
                    }
                });
        Services services = new Services(keepers, external, env);
        services.openAll();
        return services;
    }

    private static ServiceState elsewhere(String kind, Service.External service) {
        String url = service.url().toString().replaceFirst("//[^/@]*@", "//");
        return new ServiceState(kind, 0, url, "external");
    }

    private static Path log(Path stateDirectory, String kind) {
        return stateDirectory.resolve("logs").resolve(kind + ".log");
    }

    private static Path folder(Path stateDirectory, String kind) {
        Path folder = stateDirectory.resolve("services").resolve(kind);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ServiceException(
                    "services."
                            + kind
                            + ": the folder "
                            + folder
                            + " cannot be made ("
                            + e
                            + "). Give this user write access.",
                    e);
        }
    }

    private void openAll() {
        List<CompletableFuture<Void>> opening = keepers.stream().map(ServiceKeeper::open).toList();
        Optional<RuntimeException> failure = Optional.empty();
        for (CompletableFuture<Void> each : opening) {
            try {
                each.join();
            } catch (CompletionException e) {
                failure = Optional.of(e.getCause() instanceof RuntimeException cause ? cause : e);
            }
        }
        if (failure.isPresent()) {
            stop(Duration.ofSeconds(10));
            throw failure.get();
        }
    }

    /** For the instances: {@code REDIS_URL} and {@code DATABASE_URL}, with credentials. */
    public Map<String, String> env() {
        Map<String, String> env = new LinkedHashMap<>(externalEnv);
        keepers.forEach(keeper -> env.putAll(keeper.env()));
        return env;
    }

    public List<ServiceState> states() {
        List<ServiceState> states = new ArrayList<>(external);
        keepers.forEach(keeper -> states.add(keeper.state()));
        return states;
    }

    /** Ends the embedded ones in order; returns when they have ended. */
    public void stop(Duration within) {
        CompletableFuture.allOf(
                        keepers.stream()
                                .map(k -> k.stop(within))
                                .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /** Lets go: the processes keep serving, and the next fleet process takes them over. */
    @Override
    public void close() {
        keepers.forEach(ServiceKeeper::release);
    }
}
