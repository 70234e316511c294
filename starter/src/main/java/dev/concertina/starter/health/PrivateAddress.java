package dev.concertina.starter.health;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether an address is of this machine, its link or a private network (RFC 1918, RFC 4193), and so
 * no stranger's.
 */
final class PrivateAddress {
    // Only what is an address already: a name would be looked up.
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*");

    private PrivateAddress() {}

    static boolean is(@Nullable String text) {
        if (text == null) {
            return false;
        }
        var bare = text.replaceAll("^\\[|]$|%.*$", "");
        if (!LITERAL.matcher(bare).matches()) {
            return false;
        }
        try {
            var address = InetAddress.getByName(bare);
            var bytes = address.getAddress();
            boolean unique = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
            return unique
                    || address.isLoopbackAddress()
                    || address.isSiteLocalAddress()
                    || address.isLinkLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
