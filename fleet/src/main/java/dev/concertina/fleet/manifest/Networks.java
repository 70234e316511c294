package dev.concertina.fleet.manifest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses and CIDR blocks as they are written: {@code 10.0.0.0/8}, {@code ::1}. */
final class Networks {
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]+)(?:/(\\d{1,3}))?");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    private Networks() {}

    static Optional<Section.Objection> objection(String text) {
        var m = FORM.matcher(text);
        boolean right = m.matches() && fits(m.group(1), Optional.ofNullable(m.group(2)));
        return right
                ? Optional.empty()
                : Optional.of(
                        new Section.Objection(
                                "is not an address or a block of addresses.",
                                "Write one such as 10.0.0.0/8, 192.168.1.7 or fd00::/8."));
    }

    private static boolean fits(String address, Optional<String> bits) {
        boolean six = address.contains(":");
        if (bits.isPresent() && Integer.parseInt(bits.get()) > (six ? 128 : 32)) {
            return false;
        }
        return six ? isIpv6(address) : IPV4.matcher(address).matches();
    }

    private static boolean isIpv6(String text) {
        try {
            // Only digits and colons reach this, so no name is ever looked up.
            return InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
