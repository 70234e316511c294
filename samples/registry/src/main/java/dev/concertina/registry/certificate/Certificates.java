package dev.concertina.registry.certificate;

import dev.concertina.registry.account.Account;
import dev.concertina.registry.tenant.Whose;
import java.util.List;
import java.util.Optional;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The issued certificates. Looking one up is what this application does most, so it is cached. Once
 * a revocation was answered no instance shows the certificate as valid again.
 */
@Repository
public class Certificates {
    private static final String CACHE = "certificates";
    private static final String SELECT =
            """
            SELECT c.code, c.title, c.holder, a.name AS issuer, c.issued_at, c.revoked_at
              FROM certificate c JOIN account a ON a.id = c.account_id
            """;

    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    Certificates(JdbcClient jdbc, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    /** Issues all of them or, if one fails, none. */
    @Transactional
    List<Code> issue(Account account, List<Draft> drafts) {
        return drafts.stream().map(draft -> issue(account, draft)).toList();
    }

    private Code issue(Account account, Draft draft) {
        var code = Code.random();
        jdbc.sql(
                        """
                        INSERT INTO certificate (code, account_id, title, holder)
                        VALUES (?, ?, ?, ?)
                        """)
                .params(code.value(), account.id(), draft.title().strip(), draft.holder().strip())
                .update();
        tell(account, "issued", code, draft.title().strip(), draft.holder().strip());
        return code;
    }

    /**
     * One of a tenant's.
     *
     * @return empty if there is none, which is remembered too
     */
    @Cacheable(cacheNames = CACHE, key = "#tenant + '/' + #code", sync = true)
    public Optional<Certificate> find(String tenant, Code code) {
        return jdbc.sql(SELECT + "WHERE a.tenant = ? AND c.code = ?")
                .params(tenant, code.value())
                .query(Certificate.class)
                .optional();
    }

    /** Takes back what the account said; once. */
    @Transactional
    @CacheEvict(cacheNames = CACHE, key = "#account.tenant() + '/' + #code")
    public void revoke(Account account, Code code) {
        jdbc.sql(
                        """
                        UPDATE certificate SET revoked_at = now()
                         WHERE code = ? AND account_id = ? AND revoked_at IS NULL
                        RETURNING title, holder
                        """)
                .params(code.value(), account.id())
                .query(Draft.class)
                .optional()
                .ifPresent(gone -> tell(account, "revoked", code, gone.title(), gone.holder()));
    }

    private void tell(Account account, String what, Code code, String title, String holder) {
        events.publishEvent(
                new CertificateChanged(
                        Whose.tenant(account.tenant()),
                        what,
                        code.value(),
                        title,
                        holder,
                        account.name()));
    }

    /** The account's own, the latest first, at most {@code max}. */
    @SuppressWarnings("NullAway") // a mapped row is never null, though JdbcClient allows it
    List<Certificate> issuedBy(Account account, int max) {
        return jdbc.sql(SELECT + "WHERE c.account_id = ? ORDER BY c.id DESC LIMIT ?")
                .params(account.id(), max)
                .query(Certificate.class)
                .list();
    }
}
