package dev.concertina.registry.account;

import java.util.Locale;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Repository;

/** The accounts, and how Spring Security finds the one that signs in. */
@Repository
public class Accounts implements UserDetailsService {
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
            jdbc.sql("INSERT INTO account (email, name, password) VALUES (?, ?, ?)")
                    .params(normal(email), name.strip(), passwords.encode(password))
                    .update();
        } catch (DuplicateKeyException taken) {
            throw new EmailTakenException(email, taken);
        }
    }

    /** The account that signed in with this address; it must exist. */
    public Account byEmail(String email) {
        return jdbc.sql("SELECT id, email, name FROM account WHERE email = ?")
                .param(normal(email))
                .query(Account.class)
                .single();
    }

    @Override
    public UserDetails loadUserByUsername(String email) {
        return jdbc.sql("SELECT email, password FROM account WHERE email = ?")
                .param(normal(email))
                .query((row, _) ->
                        User.withUsername(row.getString("email"))
                                .password(row.getString("password"))
                                .roles("ISSUER")
                                .build())
                .optional()
                .orElseThrow(() -> new UsernameNotFoundException("No account " + email));
    }

    private static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }
}
