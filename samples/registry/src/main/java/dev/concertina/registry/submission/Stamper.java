package dev.concertina.registry.submission;

import dev.concertina.registry.submission.Submission.State;
import dev.concertina.starter.file.Files;
import dev.concertina.starter.file.StoredFile;
import dev.concertina.starter.file.Upload;
import dev.concertina.starter.job.JobHandler;
import dev.concertina.starter.request.Tenant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Stamps what was handed in, on whichever instance is free. It runs in the transaction that ends
 * the job, so a submission is settled exactly once; a copy that was stored by an attempt that died
 * is a file nobody knows, and does no harm.
 */
@Component
class Stamper {
    private final Submissions submissions;
    private final Files files;
    private final ApplicationEventPublisher events;

    Stamper(Submissions submissions, Files files, ApplicationEventPublisher events) {
        this.submissions = submissions;
        this.files = files;
        this.events = events;
    }

    @JobHandler(queue = "stamp")
    void stamp(Stamping job, Optional<Tenant> tenant) throws IOException {
        var submission = submissions.find(job.submission()).orElseThrow();
        var own = tenant.map(files::in).orElse(files);
        var copy = stamped(own, submission);
        var state = copy.isPresent() ? State.STAMPED : State.UNREADABLE;
        submissions.settle(submission.id(), state, copy.map(StoredFile::id).orElse(null));
        events.publishEvent(
                new SubmissionSettled(
                        tenant.map(Tenant::id),
                        submission.accountId(),
                        submission.receipt(),
                        submission.title(),
                        state.name()));
    }

    private static Optional<StoredFile> stamped(Files files, Submission submission)
            throws IOException {
        var stamped = new ByteArrayOutputStream();
        try (var content = files.open(submission.file()).orElseThrow()) {
            Stamp.of(submission).on(content, stamped);
        } catch (Stamp.UnreadableException e) {
            return Optional.empty();
        }
        return Optional.of(
                files.put(
                        new ByteArrayInputStream(stamped.toByteArray()),
                        Upload.named(submission.receipt() + ".pdf").type("application/pdf")));
    }
}
