package dev.concertina.starter.preference;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UserTag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Small choices of whoever is asking, such as {@code analytics-opt-out}, for a year after their
 * last visit. A user's are the user's on every device; a visitor's belong to a cookie that comes
 * with the first choice, and hold for the user who logs in with it wherever that user chose
 * nothing. A request that asks for none costs nothing; one that does costs one call, however often
 * it asks.
 */
public final class Preferences {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,63}");
    private static final int VALUE_MAX = 256;

    private final PreferenceStore store;
    private final VisitorCookie cookie;

    Preferences(PreferenceStore store, VisitorCookie cookie) {
        this.store = store;
        this.cookie = cookie;
    }

    /**
     * @throws Outage if the store does not answer
     */
    public Optional<String> get(HttpServletRequest request, String name) {
        check(name);
        return user(request)
                .flatMap(user -> Optional.ofNullable(values(request, user).get(name)))
                .or(() ->
                        visitor(request)
                                .flatMap(visitor ->
                                        Optional.ofNullable(values(request, visitor).get(name))));
    }

    /** Everything that was chosen. */
    public Map<String, String> all(HttpServletRequest request) {
        var all = new HashMap<String, String>();
        visitor(request).ifPresent(visitor -> all.putAll(values(request, visitor)));
        user(request).ifPresent(user -> all.putAll(values(request, user)));
        return Map.copyOf(all);
    }

    /**
     * Whether it was turned on.
     *
     * @param whenAway the answer while the store does not answer; for an opt-out, true
     */
    public boolean isOn(HttpServletRequest request, String name, boolean whenAway) {
        try {
            return get(request, name).filter("true"::equals).isPresent();
        } catch (Outage e) {
            return whenAway;
        }
    }

    public void turnOn(HttpServletRequest request, HttpServletResponse response, String name) {
        set(request, response, name, "true");
    }

    public void turnOff(HttpServletRequest request, HttpServletResponse response, String name) {
        set(request, response, name, "false");
    }

    /**
     * Known on every instance when it returns.
     *
     * @throws IllegalArgumentException if the name is not 1 to 64 of {@code a-z 0-9 . _ -}, or the
     *     value longer than 256 characters
     * @throws IllegalStateException if the person has too many already, or the response of a new
     *     visitor has been sent
     * @throws Outage if the store does not answer; it may be kept all the same
     */
    public void set(
            HttpServletRequest request, HttpServletResponse response, String name, String value) {
        check(name);
        if (value.length() > VALUE_MAX) {
            throw new IllegalArgumentException(
                    "The preference '"
                            + name
                            + "' has "
                            + value.length()
                            + " characters; "
                            + VALUE_MAX
                            + " fit. Keep longer values in your own store.");
        }
        var owner = user(request).orElseGet(() -> visitor(request, response));
        if (!change(request, owner, name, Optional.of(value))) {
            throw new IllegalStateException(
                    "There is no room for the preference '"
                            + name
                            + "'. Remove others, or raise concertina.preference.max.");
        }
    }

    /** As if it had never been chosen. */
    public void remove(HttpServletRequest request, String name) {
        check(name);
        // Of both: otherwise the visitor's would come to light again.
        Stream.of(user(request), visitor(request))
                .flatMap(Optional::stream)
                .forEach(owner -> change(request, owner, name, Optional.empty()));
    }

    private boolean change(
            HttpServletRequest request, Owner owner, String name, Optional<String> value) {
        Read.of(request).forget(owner);
        return store.write(owner, name, value);
    }

    private static Optional<Owner> user(HttpServletRequest request) {
        return Optional.ofNullable(request.getUserPrincipal())
                .map(principal -> Owner.user(UserTag.of(principal.getName())));
    }

    private Optional<Owner> visitor(HttpServletRequest request) {
        return Read.of(request).visitor().or(() -> cookie.read(request)).map(Owner::visitor);
    }

    private Owner visitor(HttpServletRequest request, HttpServletResponse response) {
        if (response.isCommitted()) {
            throw new IllegalStateException(
                    "A visitor's preference cannot be kept after the response has been sent: the"
                            + " cookie would not reach the client. Keep it before writing the body.");
        }
        var read = Read.of(request);
        var id = cookie.write(request, response, read.visitor().or(() -> cookie.read(request)));
        read.visitor(id);
        return Owner.visitor(id);
    }

    private Map<String, String> values(HttpServletRequest request, Owner owner) {
        var read = Read.of(request);
        return read.known(owner)
                .orElseGet(() -> {
                    var values = store.read(owner);
                    read.know(owner, values);
                    return values;
                });
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "A preference is named by 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with"
                            + " a letter; '"
                            + name
                            + "' is not.");
        }
    }
}
