package dev.concertina.registry.account;

import dev.concertina.starter.token.TokenUser;
import dev.concertina.starter.token.TokenUsers;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What a token says of an account. Asked again at every refresh, so that changes count. */
@Component
class TokenAccounts implements TokenUsers {
    private final Accounts accounts;

    TokenAccounts(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Optional<TokenUser> find(String id) {
        return accounts.byId(Long.parseLong(id)).map(TokenAccounts::user);
    }

    static TokenUser user(Account account) {
        return new TokenUser(
                Long.toString(account.id()),
                Optional.of(account.email()),
                List.of(Accounts.ROLE),
                Optional.of(account.tenant()));
    }
}
