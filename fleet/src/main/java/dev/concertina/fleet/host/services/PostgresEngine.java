package dev.concertina.fleet.host.services;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PostgreSQL 18 on loopback, one database and one user named {@code app}, SCRAM passwords. */
final class PostgresEngine implements Engine {
    private static final String MAJOR = "18";
    private static final String NAME = "app";

    private final BinaryCache cache;
    private final Path folder;
    private final Path data;
    private final Path log;
    private final Path passwordFile;
    private Path home = Path.of("");
    private String password = "";

    PostgresEngine(BinaryCache cache, Path folder, Path log) {
        this.cache = cache;
        this.folder = folder;
        this.data = folder.resolve("data");
        this.log = log;
        this.passwordFile = folder.resolve("password");
    }

    @Override
    public String kind() {
        return "postgres";
    }

    @Override
    public void prepare() {
        password = Password.in(passwordFile);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        home =
                cache.archive(
                        "postgres-18.6-" + (arm ? "arm64" : "amd64"),
                        "postgres-linux-" + (arm ? "arm_64" : "x86_64") + ".txz");
        try {
            if (Files.exists(data)) {
                checkVersion();
            } else {
                Files.createDirectories(log.toAbsolutePath().getParent());
                new PostgresCluster(home, folder, log).create(data, NAME, passwordFile);
            }
        } catch (IOException e) {
            throw new ServiceException(
                    "services.postgres: " + data + " cannot be used (" + e + ").", e);
        }
    }

    private void checkVersion() throws IOException {
        Path version = data.resolve("PG_VERSION");
        int user = Owner.ofThisProcess();
        if (user >= 0 && Owner.of(data) != user) {
            throw new ServiceException(
                    "services.postgres: "
                            + data
                            + " belongs to "
                            + Files.getOwner(data)
                            + ". Run as that user, or take it over: sudo chown -R "
                            + System.getProperty("user.name")
                            + " "
                            + folder);
        }
        String found = Files.exists(version) ? Files.readString(version).strip() : "";
        if (!found.equals(MAJOR)) {
            throw new ServiceException(
                    "services.postgres: "
                            + data
                            + (found.isEmpty()
                                    ? " holds no database (PG_VERSION is missing)"
                                    : " was written by PostgreSQL " + found)
                            + "; the embedded server is PostgreSQL "
                            + MAJOR
                            + ". Keep it aside and start empty: mv "
                            + data
                            + " "
                            + data
                            + ".old");
        }
    }

    @Override
    public LaunchSpec launch(int port) {
        List<String> words = new ArrayList<>(PostgresCluster.rootPrefix());
        words.addAll(
                List.of(
                        home.resolve("bin/postgres").toString(),
                        "-D",
                        data.toAbsolutePath().toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "port=" + port,
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        // While a canary is watched ten instances may be twenty-one, each with a
                        // pool and what jobs keep beside it.
                        "max_connections=400"));
        return new LaunchSpec(kind(), words, PostgresCluster.ENV, folder, log);
    }

    @Override
    public Optional<String> ask(int port) {
        return PostgresGreeting.exchange(port, NAME, NAME);
    }

    /** Nothing to do: its environment tells whose it is, and its lock file keeps a second away. */
    @Override
    public void endUnknown(int port) {}

    /** Fast shutdown: ends sessions, writes a checkpoint. TERM would wait for every client. */
    @Override
    public Signal stopSignal() {
        return Signal.INT;
    }

    @Override
    public String adviceOnFailure() {
        return "Its data is "
                + data
                + ". If that is damaged and may be lost, keep it aside and start empty: mv "
                + data
                + " "
                + data
                + ".old";
    }

    @Override
    public String url(int port) {
        return "postgresql://127.0.0.1:" + port + "/" + NAME;
    }

    @Override
    public Map<String, String> env(int port) {
        return Map.of(
                Env.DATABASE_URL, url(port),
                Env.DATABASE_USER, NAME,
                Env.DATABASE_PASSWORD, password);
    }
}
