package dev.concertina.registry.certificate;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The issued certificates. */
@Repository
public class Certificates {
    private static final String SELECT =
            """
            SELECT c.code, c.title, c.holder, a.name AS issuer, c.issued_at
              FROM certificate c JOIN account a ON a.id = c.account_id
            """;

    private final JdbcClient jdbc;

    Certificates(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Issues all of them or, if one fails, none. */
    @Transactional
    List<Code> issue(long account, List<Draft> drafts) {
        return drafts.stream().map(draft -> issue(account, draft)).toList();
    }

    private Code issue(long account, Draft draft) {
        var code = Code.random();
        jdbc.sql(
                        """
                        INSERT INTO certificate (code, account_id, title, holder)
                        VALUES (?, ?, ?, ?)
                        """)
                .params(code.value(), account, draft.title().strip(), draft.holder().strip())
                .update();
        return code;
    }

    Optional<Certificate> find(Code code) {
        return jdbc.sql(SELECT + "WHERE c.code = ?")
                .param(code.value())
                .query(Certificate.class)
                .optional();
    }

    /** The account's own, the latest first, at most {@code max}. */
    @SuppressWarnings("NullAway") // a mapped row is never null, though JdbcClient allows it
    List<Certificate> issuedBy(long account, int max) {
        return jdbc.sql(SELECT + "WHERE c.account_id = ? ORDER BY c.id DESC LIMIT ?")
                .params(account, max)
                .query(Certificate.class)
                .list();
    }
}
