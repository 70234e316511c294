package dev.concertina.fleet.runtime;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/** Turns the manifest's program into the command and environment of one instance. */
public final class InstanceLauncher implements Launcher {
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
            case Program.Jar jar ->
                    new LaunchSpec(instance, java(jar, release), env, beside(jar), log);
            case Program.Command command ->
                    new LaunchSpec(instance, words(command, port), env, command.directory(), log);
        };
    }

    private List<String> java(Program.Jar jar, String release) {
        var words = new ArrayList<String>();
        words.add(manifest.app().java().orElse(ownJava()).toString());
        words.addAll(jar.jvmOptions());
        words.add("-jar");
        words.add(releases.jar(release).toString());
        words.addAll(jar.arguments());
        return words;
    }

    private static Path ownJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
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
        env.put(Env.FLEET_SIZE_MAX, Integer.toString(most + manifest.rollout().extra(most)));
        env.put(Env.PORT, Integer.toString(port));
        env.put(Env.SERVER_PORT, Integer.toString(port));
        env.put(Env.INSTANCE_ID, instance);
        env.put(Env.RELEASE, release);
        return env;
    }
}
