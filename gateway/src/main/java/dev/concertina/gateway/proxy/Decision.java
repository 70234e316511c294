package dev.concertina.gateway.proxy;

import dev.concertina.gateway.content.FileRequest;
import dev.concertina.gateway.content.ServedFolder;
import java.time.Duration;

/** What becomes of a request, decided from its head before any target is chosen. */
sealed interface Decision {
    /**
     * It goes to a target.
     *
     * @param response how long to wait for the head of the response
     * @param bodyBytes octets of content its body may have; -1: any number
     */
    record Pass(Duration response, long bodyBytes) implements Decision {
        /** Of an exchange that has not begun. */
        static final Pass NONE = new Pass(Duration.ZERO, -1);

        /** Whether a body of so many octets of content is refused. */
        boolean tooLarge(long octets) {
            return bodyBytes >= 0 && octets > bodyBytes;
        }
    }

    /** The gateway answers it. The body that comes with the request is not wanted. */
    record Refuse(Answer answer) implements Decision {}

    /** The gateway answers it with a file, or passes it on if there is none and others may have. */
    record Serve(ServedFolder folder, FileRequest request, Pass otherwise) implements Decision {}
}
