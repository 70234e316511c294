package dev.concertina.registry.submission;

import dev.concertina.registry.account.Account;
import dev.concertina.registry.submission.Submission.State;
import dev.concertina.starter.file.StoredFile;
import dev.concertina.starter.job.Jobs;
import dev.concertina.starter.request.Tenant;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What was handed in. */
@Repository
public class Submissions {
    private final JdbcClient jdbc;
    private final Jobs jobs;
    private final ApplicationEventPublisher events;

    Submissions(JdbcClient jdbc, Jobs jobs, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.jobs = jobs;
        this.events = events;
    }

    /**
     * Hands in. The job that stamps it is enqueued in the same transaction: there is never one
     * without the other, whichever instance dies when.
     */
    @Transactional
    long handIn(Account account, String title, StoredFile file) {
        long id =
                jdbc.sql(
                                """
                                INSERT INTO submission (account_id, title, file, size, sha256)
                                VALUES (?, ?, ?, ?, ?) RETURNING id
                                """)
                        .params(account.id(), title.strip(), file.id(), file.size(), file.sha256())
                        .query(Long.class)
                        .single();
        jobs.enqueue(new Stamping(id));
        return id;
    }

    /** One of the account's own. */
    Optional<Submission> find(Account account, long id) {
        return find(id).filter(found -> found.accountId() == account.id());
    }

    Optional<Submission> find(long id) {
        return jdbc.sql("SELECT * FROM submission WHERE id = ?")
                .param(id)
                .query(Submission.class)
                .optional();
    }

    /** The account's own, the latest first, at most {@code max}. */
    @SuppressWarnings("NullAway") // a mapped row is never null, though JdbcClient allows it
    List<Submission> of(Account account, int max) {
        return jdbc.sql("SELECT * FROM submission WHERE account_id = ? ORDER BY id DESC LIMIT ?")
                .params(account.id(), max)
                .query(Submission.class)
                .list();
    }

    /**
     * In the transaction that ends its job.
     *
     * @param copy the stamped one; empty if it cannot be read
     */
    void settle(Submission submission, Optional<String> copy, Optional<Tenant> tenant) {
        var state = copy.isPresent() ? State.STAMPED : State.UNREADABLE;
        jdbc.sql("UPDATE submission SET state = ?, stamped = ? WHERE id = ?")
                .param(state.name())
                .param(copy.orElse(null))
                .param(submission.id())
                .update();
        events.publishEvent(
                new SubmissionSettled(
                        tenant,
                        submission.accountId(),
                        submission.receipt(),
                        submission.title(),
                        state.name()));
    }
}
