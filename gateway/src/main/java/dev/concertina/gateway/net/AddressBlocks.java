package dev.concertina.gateway.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses and CIDR blocks (RFC 4632), asked whether they hold an address. Immutable. */
public final class AddressBlocks {
    private final List<Block> blocks;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(byte[] address, int bits) {
        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (other[i] != address[i]) {
                    return false;
                }
            }
            int rest = bits % 8;
            return rest == 0 || ((other[whole] ^ address[whole]) & 0xFF) >>> (8 - rest) == 0;
        }
    }

    private AddressBlocks(List<Block> blocks) {
        this.blocks = List.copyOf(blocks);
    }

    /**
     * Reads blocks such as {@code 10.0.0.0/8}, {@code ::1} or {@code 192.0.2.7}.
     *
     * @throws IllegalArgumentException naming the one that is none
     */
    public static AddressBlocks of(List<String> texts) {
        List<Block> blocks = new ArrayList<>();
        for (String text : texts) {
            blocks.add(block(text));
        }
        return new AddressBlocks(blocks);
    }

    private static Block block(String text) {
        int slash = text.indexOf('/');
        byte[] address = parse(slash < 0 ? text : text.substring(0, slash));
        if (address != null) {
            int all = address.length * 8;
            int bits = slash < 0 ? all : bits(text.substring(slash + 1));
            if (bits >= 0 && bits <= all) {
                return new Block(address, bits);
            }
        }
        throw new IllegalArgumentException(
                "'"
                        + text
                        + "' is neither an address nor a block of addresses. Write 192.0.2.7,"
                        + " 10.0.0.0/8, ::1 or fd00::/8");
    }

    private static int bits(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** Four or sixteen octets; null for what is not an address in digits. Asks no name server. */
    public static byte @Nullable [] parse(String text) {
        return NetUtil.createByteArrayFromIpAddressString(text);
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    public boolean hold(InetAddress address) {
        return hold(address.getAddress());
    }

    /** Whether one of them holds the address of four or sixteen octets. */
    public boolean hold(byte[] address) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).holds(address)) {
                return true;
            }
        }
        return false;
    }
}
