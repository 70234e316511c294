package dev.concertina.starter.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** How much of each queue this instance has room for. */
final class Rooms {
    private final List<Queue> queues = new ArrayList<>();
    private final int workers;
    private int turn;

    private record Queue(String name, int workers, Optional<Pace> pace, List<String> types) {
        boolean limited(int all) {
            return workers < all || pace.isPresent();
        }
    }

    Rooms(Collection<Handler> handlers, JobSettings settings) {
        this.workers = settings.workers();
        var types = new LinkedHashMap<String, List<String>>();
        for (var handler : handlers) {
            types.computeIfAbsent(handler.queue(), queue -> new ArrayList<>())
                    .addAll(handler.types());
        }
        types.forEach((name, of) ->
                queues.add(new Queue(name, settings.workers(name), settings.pace(name), of)));
    }

    int lanes() {
        return queues.size();
    }

    int lane(String queue) {
        for (int i = 0; i < queues.size(); i++) {
            if (queues.get(i).name().equals(queue)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no queue " + queue);
    }

    /**
     * What to ask for; everybody's place is as {@link #lane} says. What there is room for is shared
     * among the queues, and each type of a queue is the first to be looked for in its turn.
     */
    List<Lane> now(Shelf shelf) {
        turn++;
        int ahead = shelf.ahead();
        int free = workers + ahead - shelf.held();
        int idle = workers - shelf.held();
        var rooms = new int[queues.size()];
        for (int i = 0; i < queues.size(); i++) {
            int lane = Math.floorMod(turn + i, queues.size());
            var queue = queues.get(lane);
            int share = Math.ceilDiv(Math.max(0, free), queues.size() - i);
            int room =
                    queue.limited(workers)
                            ? Math.min(Math.min(share, idle), queue.workers() - shelf.held(lane))
                            : share;
            rooms[lane] = Math.max(0, room);
            free -= rooms[lane];
            idle -= rooms[lane];
        }
        var lanes = new ArrayList<Lane>();
        for (int i = 0; i < queues.size(); i++) {
            var queue = queues.get(i);
            var types = new ArrayList<>(queue.types());
            Collections.rotate(types, turn);
            lanes.add(new Lane(queue.name(), rooms[i], queue.pace(), types));
        }
        return lanes;
    }
}
