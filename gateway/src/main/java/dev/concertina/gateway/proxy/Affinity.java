package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.contract.Policies;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.route.TargetState;
import java.util.HexFormat;

/**
 * The cookie that brings a client back to the instance that served it. It holds a hash of the
 * instance's id: that is no secret, says nothing of host and port, and means the same to the next
 * gateway process. Who forges one chooses an instance, which is no more than luck would give.
 */
final class Affinity {
    static final int NAME_LENGTH = "Set-Cookie".length();

    private final String name;
    private final byte[] octets;

    /**
     * @throws IllegalArgumentException naming a cookie that cannot be
     */
    Affinity(Policies.Affinity policy) {
        if (!policy.cookie().matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException(
                    "affinity names cookie '"
                            + policy.cookie()
                            + "'. Use 1 to 64 letters, digits, '_', '.' or '-'.");
        }
        name = policy.cookie();
        octets = name.getBytes(ISO_8859_1);
    }

    /** What the client's cookie says; 0 where there is none. */
    long wanted(RequestHead head) {
        return head.hexCookie(octets);
    }

    /** The field line that names the target. */
    byte[] field(TargetState target, boolean tls) {
        return field(name, HexFormat.of().toHexDigits(target.affinity()), tls);
    }

    /** The field line of a cookie that only we read. */
    static byte[] field(String name, String value, boolean tls) {
        String line =
                "Set-Cookie: "
                        + name
                        + '='
                        + value
                        + "; Path=/; HttpOnly; SameSite=Lax"
                        + (tls ? "; Secure" : "")
                        + "\r\n";
        return line.getBytes(ISO_8859_1);
    }
}
