package dev.concertina.starter.instance;

import dev.concertina.contract.Env;
import dev.concertina.contract.InstanceId;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.core.env.Environment;

/**
 * This process, seen as one of many.
 *
 * @param release the release it runs, empty when no fleet started it
 */
public record Instance(InstanceId id, String host, long pid, Instant startedAt, String release) {
    /** The property that carries the id, so that log patterns can name it. */
    public static final String ID_PROPERTY = "concertina.instance.id";

    static Instance of(Environment environment) {
        var id = environment.getProperty(ID_PROPERTY);
        return new Instance(
                id == null ? newId(environment) : new InstanceId(id),
                hostName(),
                ProcessHandle.current().pid(),
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
                Optional.ofNullable(environment.getProperty(Env.RELEASE)).orElse(""));
    }

    /** The given id, or host name, pid and chance joined by dashes. */
    static InstanceId newId(Environment environment) {
        var given = environment.getProperty(Env.INSTANCE_ID);
        if (given != null && !given.isBlank()) {
            return new InstanceId(given.strip());
        }
        var chance = new byte[3];
        new SecureRandom().nextBytes(chance);
        var host = hostName().replaceAll("[^A-Za-z0-9._-]", "-");
        var rest = "-" + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(chance);
        var head = host.isEmpty() || !Character.isLetterOrDigit(host.charAt(0)) ? "host" : host;
        return new InstanceId(
                head.substring(0, Math.min(head.length(), 64 - rest.length())) + rest);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
