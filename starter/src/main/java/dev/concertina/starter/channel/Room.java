package dev.concertina.starter.channel;

import dev.concertina.starter.request.Tenant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One channel. Each tenant has its own of any name.
 *
 * @param name 1 to 128 letters, digits, {@code . _ : ~ -}, beginning with a letter or digit
 */
record Room(Optional<Tenant> tenant, String name) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}");

    Room {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "A channel is named by 1 to 128 letters, digits and . _ : ~ -, beginning with a"
                            + " letter or digit; '"
                            + name
                            + "' is not.");
        }
    }

    static boolean isName(String text) {
        return FORM.matcher(text).matches();
    }

    /** Neither part can hold the slash. */
    String key() {
        return tenant.map(Tenant::id).orElse("") + '/' + name;
    }

    @Override
    public String toString() {
        return tenant.map(of -> name + " of " + of).orElse(name);
    }
}
