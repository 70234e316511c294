package dev.concertina.starter.database;

import dev.concertina.starter.instance.Check;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says which replicas are left out; reads go on without them. */
final class ReplicaCheck implements Check {
    private final ReplicaSet replicas;

    ReplicaCheck(ReplicaSet replicas) {
        this.replicas = replicas;
    }

    @Override
    public String name() {
        return "replicas";
    }

    @Override
    public Finding find() {
        var trouble =
                replicas.replicas().stream()
                        .filter(replica -> !replica.isUsable())
                        .map(replica ->
                                replica.name() + ": " + replica.state().trouble().orElse(""))
                        .collect(Collectors.joining("; "));
        return new Finding(
                Duration.ZERO, trouble.isEmpty() ? Optional.empty() : Optional.of(trouble));
    }
}
