package dev.concertina.testkit.contract;

import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.host.Signal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class OsHostTest extends HostContract {
    @TempDir Path folder;

    private final List<Instance> started = new ArrayList<>();
    private final OsHost os = new OsHost();
    private final OsHost next = new OsHost();
    private int specs;

    // Everything the suite starts is ended, also when a test fails.
    private final Host host =
            new Host() {
                @Override
                public Instance start(LaunchSpec spec) {
                    Instance instance = os.start(spec);
                    started.add(instance);
                    return instance;
                }

                @Override
                public Optional<Instance> adopt(
                        dev.concertina.fleet.host.ProcessIdentity identity) {
                    return os.adopt(identity);
                }

                @Override
                public Optional<Instance> find(String name, String value) {
                    return os.find(name, value);
                }

                @Override
                public int freePort() {
                    return os.freePort();
                }
            };

    @AfterEach
    void endAll() {
        started.forEach(instance -> instance.signal(Signal.KILL));
        started.forEach(instance -> get(instance.exit()));
        os.close();
        next.close();
    }

    @Override
    protected Host host() {
        return host;
    }

    @Override
    protected Host successor() {
        return next;
    }

    @Override
    protected LaunchSpec spec(Behaviour behaviour, Map<String, String> env) {
        String script =
                switch (behaviour) {
                    case ENDS_WITH_7 -> "exit 7";
                    case RUNS -> "echo settled; exec sleep 300";
                    case IGNORES_TERM -> "trap '' TERM; echo settled; exec sleep 300";
                };
        return new LaunchSpec(
                "contract",
                List.of("/bin/sh", "-c", script),
                env,
                folder,
                folder.resolve("log-" + ++specs));
    }

    @Override
    protected void settled(Instance instance, LaunchSpec spec) {
        await("it says so", () -> LogTail.since(spec.log(), 0, 1).contains("settled"));
    }
}
