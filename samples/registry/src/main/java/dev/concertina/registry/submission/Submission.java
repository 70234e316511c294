package dev.concertina.registry.submission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A document somebody handed in.
 *
 * @param file what was handed in, by the id the file store knows it by
 * @param size in bytes
 * @param sha256 of what was handed in; it stands on the stamp
 * @param stamped the stamped copy, once there is one
 */
public record Submission(
        long id,
        long accountId,
        String title,
        String file,
        long size,
        String sha256,
        State state,
        @Nullable String stamped,
        Instant handedInAt) {
    public enum State {
        /** Waits for its stamp. */
        RECEIVED,
        STAMPED,
        /** It calls itself a PDF and cannot be read as one. */
        UNREADABLE
    }

    /** What a person calls it by, such as {@code S-000017}. */
    public String receipt() {
        return "S-%06d".formatted(id);
    }
}
