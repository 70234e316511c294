package dev.concertina.fleet.control.scale;

import java.time.Instant;
import java.util.List;

/** What every metric of one pass is judged against. */
record Situation(
        int current,
        int status,
        List<Replica> replicas,
        Tolerance tolerance,
        ReplicaGroups.Rules rules,
        Instant now) {}
