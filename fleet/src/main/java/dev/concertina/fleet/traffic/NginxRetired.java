package dev.concertina.fleet.traffic;

import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.traffic.NginxProcesses.Found;
import dev.concertina.fleet.traffic.NginxProcesses.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Workers that were told to finish, and the instances each of them may still ask. One whose table
 * is not known, because an earlier fleet process gave it, may ask any.
 */
final class NginxRetired {
    private final NginxProcesses processes;
    private final Host host;

    /** Empty sets stand for any instance. */
    private final Map<ProcessIdentity, Set<InstanceId>> known = new ConcurrentHashMap<>();

    private final Map<InstanceId, Integer> ports = new ConcurrentHashMap<>();

    NginxRetired(NginxProcesses processes, Host host) {
        this.processes = processes;
        this.host = host;
    }

    /** These workers obey the table and will not hear of another. */
    void add(List<Found> workers, RoutingTable table) {
        Set<InstanceId> ids =
                table.targets().stream().map(Target::id).collect(Collectors.toUnmodifiableSet());
        table.targets().forEach(t -> ports.put(t.id(), t.port()));
        known.keySet().removeIf(identity -> !NginxProcesses.alive(identity));
        for (Found worker : workers) {
            if (worker.role() == Role.WORKER && !ids.isEmpty()) {
                known.putIfAbsent(worker.identity(), ids);
            }
        }
    }

    /** Those that are finishing already were retired by somebody else. */
    void unknown() {
        for (Found worker : processes.now()) {
            if (worker.role() == Role.LEAVING) {
                known.putIfAbsent(worker.identity(), Set.of());
            }
        }
    }

    Optional<Integer> port(InstanceId id) {
        return Optional.ofNullable(ports.get(id));
    }

    /** Whether one of these workers still takes connections. */
    boolean accepts(List<Found> workers) {
        Set<ProcessIdentity> before = new HashSet<>();
        workers.forEach(worker -> before.add(worker.identity()));
        return processes.now().stream()
                .anyMatch(f -> f.role() == Role.WORKER && before.contains(f.identity()));
    }

    /** Whether a worker lives that may pass a request on to the instance, or has. */
    boolean mayServe(InstanceId id) {
        return !of(id).isEmpty();
    }

    private List<ProcessIdentity> of(InstanceId id) {
        return known.entrySet().stream()
                .filter(e -> e.getValue().isEmpty() || e.getValue().contains(id))
                .map(Map.Entry::getKey)
                .filter(NginxProcesses::alive)
                .toList();
    }

    /**
     * Ends the workers that may serve the instance, with everything they have.
     *
     * @return how many connections to the instance that cuts, as far as its port is known
     */
    int cut(InstanceId id, Optional<Integer> port) {
        List<ProcessIdentity> workers = of(id);
        if (workers.isEmpty()) {
            return 0;
        }
        Connections connections = Connections.now();
        int count = 0;
        for (ProcessIdentity worker : workers) {
            count += port.map(p -> connections.to(p, worker.pid())).orElse(0);
            signal(worker, Signal.TERM);
        }
        return count;
    }

    /** A worker that does not end although it was told to is killed. */
    void insist(InstanceId id, boolean overdue) {
        if (overdue) {
            of(id).forEach(worker -> signal(worker, Signal.KILL));
        }
    }

    void quit(List<Found> workers) {
        for (Found worker : workers) {
            if (worker.role() == Role.WORKER) {
                signal(worker.identity(), Signal.QUIT);
            }
        }
    }

    void killAll() {
        processes.now().forEach(found -> signal(found.identity(), Signal.KILL));
    }

    private void signal(ProcessIdentity to, Signal signal) {
        host.adopt(to).ifPresent(instance -> instance.signal(signal));
    }
}
