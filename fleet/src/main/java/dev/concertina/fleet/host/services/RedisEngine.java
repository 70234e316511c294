package dev.concertina.fleet.host.services;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Redis 6.2 with an append-only file, on loopback, behind a password. */
final class RedisEngine implements Engine {
    private static final int ANSWER_WITHIN_MILLIS = 2_000;

    private final BinaryCache cache;
    private final Path folder;
    private final Path log;
    private Path program = Path.of("");
    private String password = "";

    RedisEngine(BinaryCache cache, Path folder, Path log) {
        this.cache = cache;
        this.folder = folder;
        this.log = log;
    }

    @Override
    public String kind() {
        return "redis";
    }

    @Override
    public void prepare() {
        password = Password.in(folder.resolve("password"));
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        program =
                arm
                        ? cache.program(
                                "redis-6.2.7-arm64",
                                "redis-server-6.2.7-linux-arm64",
                                "redis-server")
                        : cache.program(
                                "redis-6.2.6-amd64",
                                "redis-server-6.2.6-v5-linux-amd64",
                                "redis-server");
    }

    /** The password goes through a file: a command line can be read by every user. */
    @Override
    public LaunchSpec launch(int port) {
        Path settings = folder.resolve("redis.conf");
        String text =
                """
                bind 127.0.0.1
                protected-mode yes
                port %d
                requirepass %s
                daemonize no
                appendonly yes
                save ""
                """
                        .formatted(port, password);
        try {
            if (!Files.exists(settings)) {
                Files.createFile(
                        settings,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(settings, text);
        } catch (IOException e) {
            throw new ServiceException(
                    "services.redis: " + settings + " cannot be written (" + e + ").", e);
        }
        // Redis keeps its data in the working directory.
        return new LaunchSpec(
                kind(),
                List.of(program.toString(), settings.toAbsolutePath().toString()),
                Map.of(),
                folder,
                log);
    }

    @Override
    public Optional<String> ask(int port) {
        try {
            String pong = say(port, "PING");
            return "+PONG".equals(pong) ? Optional.empty() : Optional.of(pong);
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /**
     * Redis writes its title over its environment, so a fleet that died right after starting it
     * cannot find it again by that; and two servers on one append-only file would destroy it.
     */
    @Override
    public void endUnknown(int port) {
        try {
            for (String answer = "+PONG"; !answer.startsWith("-"); ) {
                answer = say(port, "SHUTDOWN");
            }
        } catch (IOException e) {
            // Nobody listens, or not any more.
        }
    }

    /** One inline command and the first line of its answer (Redis serialization protocol). */
    private String say(int port, String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    ANSWER_WITHIN_MILLIS);
            socket.getOutputStream()
                    .write(
                            ("AUTH " + password + "\r\n" + command + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            var in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String auth = line(in);
            return auth.equals("+OK") ? line(in) : "-AUTH: " + auth;
        }
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new EOFException("the connection was closed");
        }
        return line;
    }

    @Override
    public Signal stopSignal() {
        return Signal.TERM;
    }

    @Override
    public String adviceOnFailure() {
        return "Its data is "
                + folder
                + "/appendonly.aof. If that is damaged and may be lost, remove it: rm "
                + folder
                + "/appendonly.aof";
    }

    @Override
    public String url(int port) {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public Map<String, String> env(int port) {
        return Map.of(Env.REDIS_URL, "redis://:" + password + "@127.0.0.1:" + port);
    }
}
