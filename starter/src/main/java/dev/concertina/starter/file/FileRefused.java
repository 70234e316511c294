package dev.concertina.starter.file;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** An upload that is not wanted. Nothing of it is kept. Spring MVC answers it by itself. */
public final class FileRefused extends ErrorResponseException {
    /** Why. */
    public enum Reason {
        /** 413. */
        TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),
        /** 415: not allowed, or the content is something else than was declared. */
        WRONG_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE),
        /** 400: not the content that was announced, or no form that can be read. */
        DAMAGED(HttpStatus.BAD_REQUEST);

        private final HttpStatus status;

        Reason(HttpStatus status) {
            this.status = status;
        }
    }

    private final Reason reason;
    private final String why;

    FileRefused(Reason reason, String why) {
        super(reason.status, ProblemDetail.forStatusAndDetail(reason.status, why), null);
        this.reason = reason;
        this.why = why;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return why;
    }
}
