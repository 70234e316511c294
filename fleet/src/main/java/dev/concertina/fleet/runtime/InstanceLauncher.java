package dev.concertina.fleet.runtime;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Confines;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Program;
import dev.concertina.fleet.start.AotCache;
import dev.concertina.fleet.start.Archive;
import dev.concertina.fleet.start.LibraryArchive;
import dev.concertina.fleet.start.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                List<String> plain = java(jar, release);
                List<String> words =
                        archives(jar, release, env).stream()
                                .filter(Archive::ready)
                                .findFirst()
                                .map(archive -> archive.command(plain))
                                .orElse(plain);
                yield new LaunchSpec(instance, words, env, beside(jar), log, confines());
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
     * The runs that would make the archives a start of the release is faster with; not of those
     * that are there.
     *
     * @param port that nobody else is given
     */
    List<Training> trainings(Host host, String release, int port) {
        if (!(manifest.app().program() instanceof Program.Jar jar)) {
            return List.of();
        }
        String name = InstanceLauncher.training(manifest.app().name());
        Map<String, String> env = env(name, release, port);
        var launch =
                new LaunchSpec(
                        name,
                        java(jar, release),
                        env,
                        beside(jar),
                        log(manifest.stateDirectory(), TRAINING));
        return archives(jar, release, env).stream()
                .filter(archive -> !archive.ready())
                .map(archive -> new Training(host, name, launch, archive))
                .toList();
    }

    /** {@code INSTANCE_ID} of a training run. */
    private static String training(String app) {
        return app + "-" + TRAINING;
    }

    /** What the release could start from, the best first. */
    private List<Archive> archives(Program.Jar jar, String release, Map<String, String> env) {
        var start = manifest.app().start();
        if (!releases.unpacked(release)) {
            return List.of();
        }
        var environment = new HashMap<>(System.getenv());
        environment.putAll(env);
        Path java = java(manifest);
        if (!AotCache.applies(java, jar.jvmOptions(), environment)) {
            return List.of();
        }
        var archives = new ArrayList<Archive>();
        if (start.aot()) {
            archives.add(
                    AotCache.of(releases.folder(release), java, jar.jvmOptions(), environment));
        }
        releases.libraries(release)
                .filter(_ -> start.libraries())
                .map(l -> LibraryArchive.of(l, java, jar.jvmOptions(), environment))
                .ifPresent(archives::add);
        return archives;
    }

    private List<String> java(Program.Jar jar, String release) {
        var words = new ArrayList<String>();
        words.add(java(manifest).toString());
        words.addAll(jar.jvmOptions());
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
        var start = manifest.app().start();
        int training = start.aot() || start.libraries() ? 1 : 0;
        int size = most + manifest.rollout().extra(most) + training;
        env.put(Env.FLEET_SIZE_MAX, Integer.toString(size));
        env.put(Env.PORT, Integer.toString(port));
        env.put(Env.SERVER_PORT, Integer.toString(port));
        env.put(Env.INSTANCE_ID, instance);
        env.put(Env.RELEASE, release);
        return env;
    }
}
