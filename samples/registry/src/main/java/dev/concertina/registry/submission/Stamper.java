package dev.concertina.registry.submission;

import dev.concertina.starter.file.Files;
import dev.concertina.starter.file.StoredFile;
import dev.concertina.starter.file.Upload;
import dev.concertina.starter.job.JobContext;
import dev.concertina.starter.job.JobHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Stamps what was handed in, on whichever instance is free. Making the copy takes its time and no
 * transaction; the submission is settled in the one that ends the job, so exactly once. A copy that
 * was stored by an attempt that died is a file nobody knows, and does no harm.
 */
@Component
class Stamper {
    private final Submissions submissions;
    private final Files files;

    Stamper(Submissions submissions, Files files) {
        this.submissions = submissions;
        this.files = files;
    }

    @JobHandler(queue = "stamp", transactional = false)
    void stamp(Stamping job, JobContext context) throws IOException {
        var submission = submissions.find(job.submission()).orElseThrow();
        var copy = stamped(files.in(context.tenant()), submission);
        context.finish(
                () -> submissions.settle(submission, copy.map(StoredFile::id), context.tenant()));
    }

    /** Empty if what was handed in is no PDF that can be read. */
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
