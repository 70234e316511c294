package dev.concertina.fleet.runtime;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Confines;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Program;
import dev.concertina.fleet.start.AotCache;
import dev.concertina.fleet.start.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/** Turns the manifest's program into the command and environment of one instance. */
public final class InstanceLauncher implements Launcher {
    private static final String TRAINING = "training";

    private final Manifest manifest;
    private final Releases releases;
    private final Map<String, String> serviceEnv;
    private final UnaryOperator<String> resolve;
    private final IntSupplier wanted;

    /**
     * @param serviceEnv where the instances find their services
     * @param resolve replaces references, such as to secrets, by what they stand for
     * @param wanted instances asked for at the moment
     */
    public InstanceLauncher(
            Manifest manifest,
            Releases releases,
            Map<String, String> serviceEnv,
            UnaryOperator<String> resolve,
            IntSupplier wanted) {
        this.manifest = manifest;
        this.releases = releases;
        this.serviceEnv = Map.copyOf(serviceEnv);
        this.resolve = resolve;
        this.wanted = wanted;
    }

    /** Where an instance's output goes. */
    public static Path log(Path stateDirectory, String instance) {
        return stateDirectory.resolve("logs").resolve(instance + ".log");
    }

    @Override
    public LaunchSpec spec(String instance, String release, int port) {
        Path log = log(manifest.stateDirectory(), instance);
        Map<String, String> env = env(instance, release, port);
        return switch (manifest.app().program()) {
            case Program.Jar jar -> {
                List<String> cache =
                        cache(release, env)
                                .filter(AotCache::ready)
                                .map(AotCache::use)
                                .orElse(List.of());
                yield new LaunchSpec(
                        instance, java(jar, release, cache), env, beside(jar), log, confines());
            }
            case Program.Command command ->
                    new LaunchSpec(
                            instance,
                            words(command, port),
                            env,
                            command.directory(),
                            log,
                            confines());
        };
    }

    /**
     * The run that would make the release's AOT cache; empty if it has one, or can have none.
     *
     * @param port that nobody else is given
     */
    Optional<Training> training(Host host, String release, int port) {
        String name = InstanceLauncher.training(manifest.app().name());
        Map<String, String> env = env(name, release, port);
        Optional<AotCache> cache = cache(release, env).filter(c -> !c.ready());
        if (cache.isEmpty() || !(manifest.app().program() instanceof Program.Jar jar)) {
            return Optional.empty();
        }
        var launch =
                new LaunchSpec(
                        name,
                        java(jar, release, List.of()),
                        env,
                        beside(jar),
                        log(manifest.stateDirectory(), TRAINING));
        return Optional.of(new Training(host, name, launch, cache.get()));
    }

    /** {@code INSTANCE_ID} of a training run. */
    private static String training(String app) {
        return app + "-" + TRAINING;
    }

    private Optional<AotCache> cache(String release, Map<String, String> env) {
        if (!manifest.app().start().aot()
                || !(manifest.app().program() instanceof Program.Jar jar)
                || !releases.unpacked(release)) {
            return Optional.empty();
        }
        var environment = new HashMap<>(System.getenv());
        environment.putAll(env);
        return AotCache.applies(java(manifest), jar.jvmOptions(), environment)
                ? Optional.of(
                        AotCache.of(
                                releases.folder(release),
                                java(manifest),
                                jar.jvmOptions(),
                                environment))
                : Optional.empty();
    }

    private List<String> java(Program.Jar jar, String release, List<String> more) {
        var words = new ArrayList<String>();
        words.add(java(manifest).toString());
        words.addAll(jar.jvmOptions());
        words.addAll(more);
        words.add("-jar");
        words.add(releases.jar(release).toString());
        words.addAll(jar.arguments());
        return words;
    }

    /** The program that starts the manifest's jar. */
    public static Path java(Manifest manifest) {
        return manifest.app()
                .java()
                .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java"));
    }

    private Confines confines() {
        var limits = manifest.app().limits();
        return new Confines(limits.files(), limits.memory(), false);
    }

    /** The manifest's directory: the release's own would change with every deploy. */
    private Path beside(Program.Jar jar) {
        Path directory = manifest.file().toAbsolutePath().getParent();
        return directory == null ? jar.path().toAbsolutePath().getRoot() : directory;
    }

    private static List<String> words(Program.Command command, int port) {
        return command.words().stream()
                .map(word -> word.replace("{port}", Integer.toString(port)))
                .toList();
    }

    private Map<String, String> env(String instance, String release, int port) {
        var env = new HashMap<String, String>(serviceEnv);
        // What the manifest says wins over services, and nothing wins over who the instance is.
        manifest.app().env().forEach((name, value) -> env.put(name, resolve.apply(value)));
        int most = Math.max(manifest.instances().max(), wanted.getAsInt());
        // A training run opens connections as an instance does.
        int training = manifest.app().start().aot() ? 1 : 0;
        int size = most + manifest.rollout().extra(most) + training;
        env.put(Env.FLEET_SIZE_MAX, Integer.toString(size));
        env.put(Env.PORT, Integer.toString(port));
        env.put(Env.SERVER_PORT, Integer.toString(port));
        env.put(Env.INSTANCE_ID, instance);
        env.put(Env.RELEASE, release);
        return env;
    }
}
