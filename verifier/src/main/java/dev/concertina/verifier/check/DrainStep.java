package dev.concertina.verifier.check;

import dev.concertina.verifier.history.Operation;

/** Which step of an orderly replacement was missed when a request failed during a deploy. Pure. */
final class DrainStep {
    private DrainStep() {}

    static String missedIn(Operation failed) {
        return switch (failed.outcome()) {
            case REFUSED -> "the gateway itself did not listen";
            case RESET_BEFORE_BYTE ->
                    "a request in flight was cut: the instance was signalled before it was drained";
            case RESET_IN_BODY ->
                    "a response was cut: the instance ended before its responses were complete";
            case TIMEOUT -> "a request was accepted and never answered: nobody drained its queue";
            case MALFORMED -> "what came back was cut or mixed up on the way";
            case SERVER_ERROR -> serverError(failed.status());
            case WRONG_STATUS, WRONG_BODY ->
                    "an instance answered otherwise than before: it took requests before it was"
                            + " ready, or while it was stopping";
            case OK -> "";
        };
    }

    private static String serverError(int status) {
        return switch (status) {
            case 502 ->
                    "the gateway could not reach an instance it still used: it was signalled before"
                            + " it was taken out of traffic";
            case 503 ->
                    "nobody was ready: the old instance was taken out before the new one served";
            case 504 -> "an instance still in traffic did not answer: it was stopping or starting";
            default ->
                    "an instance failed while starting or stopping: it took requests before it was"
                            + " ready or after its resources were closed";
        };
    }
}
