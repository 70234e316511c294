package dev.concertina.gateway.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The textual form of certificates and keys (RFC 7468). */
final class Pem {
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

    private Pem() {}

    /** One labelled block; the octets are DER. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Block(String label, byte[] der) {}

    /** Reads every block; text around them is passed over. */
    static List<Block> read(byte[] octets, Path file) throws Unusable {
        String text = new String(octets, ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        for (int at = 0; begin.find(at); ) {
            String label = begin.group(1);
            String end = "-----END " + label + "-----";
            int stop = text.indexOf(end, begin.end());
            if (stop < 0) {
                throw new Unusable(
                        file
                                + " ends within its block '"
                                + label
                                + "'. Write the whole file again");
            }
            blocks.add(new Block(label, decode(text.substring(begin.end(), stop), file)));
            at = stop + end.length();
        }
        return blocks;
    }

    private static byte[] decode(String base64, Path file) throws Unusable {
        if (base64.contains("ENCRYPTED")) {
            throw encrypted(file);
        }
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Unusable(file + " is not PEM: " + e.getMessage() + ". Write it again");
        }
    }

    static Unusable encrypted(Path file) {
        return new Unusable(
                file
                        + " holds an encrypted key, and nobody is there to type its passphrase."
                        + " Decrypt it: openssl pkey -in "
                        + file.getFileName()
                        + " -out plain.pem");
    }
}
