package dev.concertina.fleet.console;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of the fleet's story, as {@code events --json} prints it: what happened, to whom, why.
 *
 * @param kind stable word for programs, such as {@code instance.ready}, {@code rollout.done}
 * @param subject id of the instance, name of the release or of the service
 * @param text the sentence for people
 * @param detail more lines: last probe answer, exit code, last 20 lines of the log, next command
 */
public record FleetEvent(
        long sequence,
        Instant at,
        String kind,
        String subject,
        String text,
        Optional<String> detail) {}
