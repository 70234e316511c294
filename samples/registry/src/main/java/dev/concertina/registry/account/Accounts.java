package dev.concertina.registry.account;

import dev.concertina.registry.tenant.Whose;
import java.security.Principal;
import java.util.Locale;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Repository;

/**
 * The accounts, and how Spring Security finds the one that signs in. Whoever is signed in, by a
 * session or by a token, is known by the account's id: it is unique over all tenants.
 */
@Repository
public class Accounts implements UserDetailsService {
    public static final String ROLE = "ISSUER";

    private static final String SELECT = "SELECT id, tenant, email, name FROM account ";

    private final JdbcClient jdbc;
    private final PasswordEncoder passwords;

    Accounts(JdbcClient jdbc, PasswordEncoder passwords) {
        this.jdbc = jdbc;
        this.passwords = passwords;
    }

    /**
     * @throws EmailTakenException if there is an account with this address
     */
    void register(String email, String name, String password) {
        try {
            jdbc.sql("INSERT INTO account (tenant, email, name, password) VALUES (?, ?, ?, ?)")
                    .params(
                            Whose.registry(),
                            normal(email),
                            name.strip(),
                            passwords.encode(password))
                    .update();
        } catch (DuplicateKeyException taken) {
            throw new EmailTakenException(email, taken);
        }
    }

    /** The account of whoever is signed in; it must exist. */
    public Account of(Principal principal) {
        return byId(Long.parseLong(principal.getName())).orElseThrow();
    }

    Optional<Account> byId(long id) {
        return jdbc.sql(SELECT + "WHERE id = ?").param(id).query(Account.class).optional();
    }

    /** The account of this registry, if the password is its own. */
    Optional<Account> known(String email, String password) {
        var found =
                jdbc.sql("SELECT id, password FROM account WHERE tenant = ? AND email = ?")
                        .params(Whose.registry(), normal(email))
                        .query((row, _) -> new Secret(row.getLong("id"), row.getString("password")))
                        .optional();
        return found.filter(secret -> passwords.matches(password, secret.password()))
                .flatMap(secret -> byId(secret.account()));
    }

    private record Secret(long account, String password) {}

    @Override
    public UserDetails loadUserByUsername(String email) {
        return jdbc.sql("SELECT id, password FROM account WHERE tenant = ? AND email = ?")
                .params(Whose.registry(), normal(email))
                .query((row, _) ->
                        User.withUsername(row.getString("id"))
                                .password(row.getString("password"))
                                .roles(ROLE)
                                .build())
                .optional()
                .orElseThrow(() -> new UsernameNotFoundException("No account " + email));
    }

    private static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }
}
