package dev.concertina.fleet.control;

import dev.concertina.fleet.control.scale.Measurement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What to do next. Each is answered by an {@link Event}, except the last three and the signals. */
public sealed interface Action {
    /** Answered by Started or Exited. */
    record Start(String instance, String release) implements Action {}

    /** Answered by Probed. */
    record Probe(String instance, int port, String path, Duration timeout) implements Action {}

    /** Whether a restart would help. Answered by Lived. */
    record Live(String instance, int port, String path, Duration timeout) implements Action {}

    /**
     * Requests before traffic. Answered by Warmed, at the latest after {@code within}.
     *
     * @param count how often each path is asked
     */
    record WarmUp(String instance, int port, List<String> paths, int count, Duration within)
            implements Action {
        public WarmUp {
            paths = List.copyOf(paths);
        }
    }

    /** Answered by Routed, or by RouteRefused. */
    record Route(long version, List<Backend> backends, Optional<Share> share) implements Action {
        public Route {
            backends = List.copyOf(backends);
        }
    }

    /** Answered by Sampled. */
    record Sample() implements Action {}

    /** Answered by Drained. */
    record Drain(String instance, Duration within) implements Action {}

    /** Ask the process to end; Exited follows when it has. */
    record Terminate(String instance) implements Action {}

    /** End the process at once; Exited follows. */
    record Kill(String instance) implements Action {}

    /** Answered by GatewayClosed. */
    record CloseGateway(Duration within) implements Action {}

    /**
     * A line of the story.
     *
     * @param evidence the end of the instance's log belongs to it
     */
    record Tell(String kind, String subject, String text, boolean evidence) implements Action {}

    /** A line of the record of what was served and what it cost. */
    record Note(Measurement measurement) implements Action {}

    /** The command cannot be carried out now; nothing was changed. */
    record Refuse(String reason) implements Action {}
}
