package dev.concertina.gateway.route;

/** The targets one request was given to already; at most as many as it has tries. */
public final class Tried {
    private final TargetState[] targets;
    private int count;

    public Tried(int triesMax) {
        this.targets = new TargetState[triesMax];
    }

    public void add(TargetState target) {
        if (count < targets.length) {
            targets[count++] = target;
        }
    }

    public void clear() {
        while (count > 0) {
            count--;
        }
    }

    boolean contains(TargetState target) {
        for (int i = 0; i < count; i++) {
            if (targets[i] == target) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return count == 0;
    }
}
