package dev.concertina.fleet.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One process to start.
 *
 * @param name for messages and the log file, such as {@code registry-2}
 * @param command program and arguments, given to no shell
 * @param env variables set in addition to the fleet process's own
 * @param directory working directory
 * @param log standard output and error are appended to this file
 * @param confines what it may have of the machine
 */
public record LaunchSpec(
        String name,
        List<String> command,
        Map<String, String> env,
        Path directory,
        Path log,
        Confines confines) {

    public LaunchSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** One that may have everything. */
    public LaunchSpec(
            String name, List<String> command, Map<String, String> env, Path directory, Path log) {
        this(name, command, env, directory, log, Confines.none());
    }

    /** Leaves the environment out: it carries secrets. */
    @Override
    public String toString() {
        return "LaunchSpec[" + name + ", " + command + ", in " + directory + ", log " + log + "]";
    }
}
