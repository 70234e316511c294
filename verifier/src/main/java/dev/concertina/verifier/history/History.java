package dev.concertina.verifier.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Everything that was done and what came back, in the order it ended. It only grows; every number
 * in a report is counted from it.
 */
public final class History {
    private final List<Operation> operations = new ArrayList<>();
    private final List<FaultWindow> faults = new ArrayList<>();
    // A run has a handful of paths and instances and 100,000 operations: each text is kept once.
    private final ConcurrentMap<String, String> texts = new ConcurrentHashMap<>();

    public void append(Operation operation) {
        var compact = compact(operation);
        synchronized (operations) {
            operations.add(compact);
        }
    }

    public void append(FaultWindow fault) {
        synchronized (faults) {
            faults.add(fault);
        }
    }

    public List<Operation> operations() {
        synchronized (operations) {
            return List.copyOf(operations);
        }
    }

    public List<Operation> of(String check) {
        return operations().stream().filter(o -> o.check().equals(check)).toList();
    }

    public List<FaultWindow> faults() {
        synchronized (faults) {
            return List.copyOf(faults);
        }
    }

    private Operation compact(Operation o) {
        return new Operation(
                once(o.check()),
                o.user(),
                once(o.method()),
                once(o.path()),
                o.intended(),
                o.started(),
                o.ended(),
                once(o.instance()),
                o.status(),
                o.outcome(),
                once(o.detail()));
    }

    private String once(String text) {
        var known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
